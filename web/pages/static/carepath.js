// Keeps the page as fresh as the views, and leaves it alone while somebody writes.
"use strict";

const AT_LEAST_APART_MS = 700;

function isBusy(section) {
  const at = document.activeElement;
  return section.contains(at) && at.matches("input, select, textarea");
}

function refresh(section) {
  if (section.dataset.waiting) return;
  section.dataset.waiting = "yes";
  setTimeout(() => {
    delete section.dataset.waiting;
    if (document.hidden || isBusy(section)) section.dataset.stale = "yes";
    else htmx.trigger(section, "live");
  }, Math.random() * AT_LEAST_APART_MS);
}

function catchUp() {
  for (const section of document.querySelectorAll("[data-stale]")) {
    if (document.hidden || isBusy(section)) continue;
    delete section.dataset.stale;
    htmx.trigger(section, "live");
  }
}

function follow() {
  const source = new EventSource("/live");
  source.addEventListener("changed", (message) => {
    const topic = JSON.parse(message.data).topic;
    for (const section of document.querySelectorAll(`[data-live~="${CSS.escape(topic)}"]`)) {
      refresh(section);
    }
  });
  window.addEventListener("pagehide", () => source.close());
}

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
  const held = before.get(event.detail.target.id);
  if (!held) return;
  before.delete(event.detail.target.id);
  for (const id of held.open) document.getElementById(id)?.setAttribute("open", "");
  if (held.focus) document.getElementById(held.focus)?.focus();
});

document.addEventListener("focusout", () => setTimeout(catchUp));
document.addEventListener("visibilitychange", catchUp);

// A form is sent once, however often its button is pressed. The server would notice too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  else if (form.dataset.once !== undefined) form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-focus]")?.focus();
  if (document.querySelector("[data-live]")) follow();
});
