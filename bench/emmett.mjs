// Appends through Emmett's PostgreSQL event store, as often as it is told on standard input: a line
// {"writers", "commands", "data"} a round, answered by {"seconds"}. Run by bench/emmett.py.
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';

const connectionString = process.env.EMMETT_DATABASE_URL;
const pool = new pg.Pool({ connectionString, max: Number(process.env.EMMETT_CONNECTIONS) });
const store = getPostgreSQLEventStore(connectionString, { connectionOptions: { pool } });

const write = async ({ commands, data }) => {
  const stream = `pathway-${randomUUID()}`;
  for (let version = 0; version < commands; version++) {
    await store.appendToStream(stream, [{ type: 'measure_recorded', data }], {
      expectedStreamVersion: version === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(version),
    });
  }
};

const answer = (said) => process.stdout.write(`${JSON.stringify(said)}\n`);

await store.schema.migrate();
answer({ ready: true });
for await (const line of createInterface({ input: process.stdin })) {
  const round = JSON.parse(line);
  const begun = performance.now();
  await Promise.all(Array.from({ length: round.writers }, () => write(round)));
  answer({ seconds: (performance.now() - begun) / 1000 });
}
await store.close();
await pool.end();
