-- What an identity provider said of somebody was kept here in clear; from now on it is encrypted
-- under the secret that only the browser holds. Those who are signed in now sign out here only.
UPDATE carepath_log.sessions SET id_token = NULL WHERE id_token IS NOT NULL;
