// Keeps the page as fresh as the views, and leaves it alone while somebody writes.
"use strict";

const SPREAD_MS = 400;

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

function tell(words) {
  document.getElementById("told").textContent = words;
}

// A browser keeps few connections to one server: a page that nobody sees gives its own back.
let source = null;

function follow() {
  source = new EventSource("/live");
  // What happened before the connection stood, or while it was lost, was told to nobody.
  source.addEventListener("open", refreshAll);
  source.addEventListener("changed", (message) => {
    const topic = JSON.parse(message.data).topic;
    document.querySelectorAll(`[data-live~="${CSS.escape(topic)}"]`).forEach(refresh);
  });
  source.addEventListener("error", () => {
    if (source?.readyState === EventSource.CLOSED) {
      tell("This page is no longer kept up to date: load it again.");
      // If that is because nobody is signed in any more, the answer leads to the sign-in.
      refreshAll();
    }
  });
}

function leave() {
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
