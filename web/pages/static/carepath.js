// Keeps the page as fresh as the views, and leaves it alone while somebody writes.
"use strict";

const SPREAD_MS = 400;
const SHORTEST_MS = 1500;
const LONGEST_MS = 30_000;
const HALF_A_DAY_MS = 43_200_000;
const MISSED_BEATS = 2.5;

function isBusy(section) {
  const at = document.activeElement;
  return section.contains(at) && at.matches("input, select, textarea");
}

function refresh(section) {
  if (section.dataset.waiting) return;
  section.dataset.waiting = "yes";
  setTimeout(() => {
    delete section.dataset.waiting;
    if (isBusy(section)) section.dataset.stale = "yes";
    else htmx.trigger(section, "live");
  }, Math.random() * SPREAD_MS);
}

function refreshAll() {
  document.querySelectorAll("[data-live]").forEach(refresh);
}

function catchUp() {
  for (const section of document.querySelectorAll("[data-stale]")) {
    if (isBusy(section)) continue;
    delete section.dataset.stale;
    refresh(section);
  }
}

// The same words twice would be read aloud twice.
function tell(words) {
  const told = document.getElementById("told");
  if (told.textContent !== words) told.textContent = words;
}

function clock(instant) {
  const zone = document.getElementById("told").dataset.zone;
  return instant.toLocaleTimeString("en-US", {
    timeZone: zone || undefined, timeZoneName: "short",
    weekday: Date.now() - instant > HALF_A_DAY_MS ? "short" : undefined,
    hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
}

// A browser keeps few connections to one server: a page that nobody sees gives its own back.
let source = null;
let again = null;
let delay = SHORTEST_MS;
// Since when nobody has told this page of changes; nothing while somebody does.
let since = new Date();
// A connection can die without a word: the server says every so often that it is there.
let beat = 15_000;
let heardAt = since;
let watchdog = null;

// Since when views lack what was recorded, by their names: only of those that lag.
let late = {};

function follow() {
  source = new EventSource("/live");
  watch();
  source.addEventListener("open", found);
  source.addEventListener("here", (message) => {
    beat = Number(message.data);
    heard();
  });
  source.addEventListener("changed", (message) => {
    heard();
    const topic = JSON.parse(message.data).topic;
    sectionsOf(topic).forEach(refresh);
  });
  source.addEventListener("late", (message) => {
    heard();
    late = JSON.parse(message.data);
    tellLate();
  });
  source.addEventListener("error", lost);
}

function sectionsOf(topic) {
  return document.querySelectorAll(`[data-live~="${CSS.escape(topic)}"]`);
}

// What a page shows is as old as the view of it that lags most.
function tellLate() {
  const here = Object.keys(late).filter((topic) => sectionsOf(topic).length);
  const oldest = new Date(Math.min(...here.map((topic) => new Date(late[topic]))));
  tell(here.length ? `Not up to date since ${clock(oldest)}: what was recorded since then is still being taken in` : "");
}

function watch() {
  clearTimeout(watchdog);
  watchdog = setTimeout(unheard, MISSED_BEATS * beat);
}

function heard() {
  heardAt = new Date();
  watch();
}

function unheard() {
  source.close();
  since ??= heardAt;
  tellLost();
  tryAgain();
}

function found(event) {
  if (event.target !== source) return;
  heard();
  since = null;
  delay = SHORTEST_MS;
  // What happened before the connection stood, or while it was lost, was told to nobody.
  refreshAll();
}

// A connection that ends is usual, and the browser makes the next; one that is refused is not.
function lost(event) {
  if (event.target !== source) return;
  const refused = source.readyState === EventSource.CLOSED;
  const unreached = refused || since;
  since ??= new Date();
  if (unreached) tellLost();
  if (refused) tryAgain();
}

function tellLost() {
  tell(`Not up to date since ${clock(since)}: carepath cannot be reached; trying again`);
}

function tryAgain() {
  clearTimeout(watchdog);
  // If nobody is signed in any more, the answer leads to the sign-in.
  refreshAll();
  again = setTimeout(follow, delay);
  delay = Math.min(2 * delay, LONGEST_MS);
}

function leave() {
  clearTimeout(again);
  clearTimeout(watchdog);
  delay = SHORTEST_MS;
  since ??= new Date();
  source?.close();
  source = null;
}

function begin() {
  document.querySelector("[data-focus]")?.focus();
  if (!document.querySelector("[data-live]")) return;
  follow();
  window.addEventListener("pagehide", leave);
  document.addEventListener("focusout", () => setTimeout(catchUp));
  document.addEventListener("visibilitychange", () => {
    leave();
    if (document.hidden) return;
    follow();
  });
}

// What a page asks for by itself keeps nobody signed in.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.triggeringEvent?.type === "live") event.detail.headers["X-Refreshes"] = "yes";
});

// What was unfolded or had the focus before a refresh is so after it.
const before = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  const section = event.detail.target;
  before.set(section.id, {
    open: [...section.querySelectorAll("details[open][id]")].map((one) => one.id),
    focus: section.contains(document.activeElement) ? document.activeElement.id : "",
  });
});

document.addEventListener("htmx:afterSettle", (event) => {
  const held = before.get(event.detail.elt.id);
  if (!held) return;
  before.delete(event.detail.elt.id);
  for (const id of held.open) document.getElementById(id)?.setAttribute("open", "");
  if (held.focus) document.getElementById(held.focus)?.focus();
});

// A form is sent once, however often its button is pressed. The server would notice too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  else if (form.dataset.once !== undefined) form.dataset.sent = "yes";
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("DOMContentLoaded", begin);
