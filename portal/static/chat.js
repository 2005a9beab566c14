// The chat, live: what is written stays until it is accepted, what is said appears at once. Without this script the
// same forms work by reloading.
"use strict";

(() => {
  const LOOK_AGAIN_MS = 15000;
  const PAUSE_SECONDS = 300;
  const DRAFT = "mulin.draft";
  const UNSENT = "mulin.unsent";

  const list = document.getElementById("lines");
  const form = document.getElementById("send");
  const field = document.getElementById("text");
  const status = document.getElementById("status");
  const words = form.dataset;
  const accepted = [];
  let last = Number(list.dataset.last);
  let source = null;
  let waiting = null;

  // Storage may be closed to us (private windows); then only this page remembers.
  const memory = new Map();
  const keep = (name, value) => {
    try { window.localStorage.setItem(name, value); } catch { memory.set(name, value); }
  };
  const kept = (name) => {
    try { return window.localStorage.getItem(name) ?? ""; } catch { return memory.get(name) ?? ""; }
  };
  const unsent = () => { try { return JSON.parse(kept(UNSENT) || "[]"); } catch { return []; } };
  const remember = (message) => keep(UNSENT, JSON.stringify([...unsent(), message]));
  const forget = (key) => keep(UNSENT, JSON.stringify(unsent().filter((one) => one.key !== key)));

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };

  const toEnd = () => { list.closest(".log").scrollTop = 0; };

  const isMine = (line) => line.dataset.author === "resident";

  function retireChoices() {
    list.querySelectorAll("form.choices").forEach((choices) => {
      const past = make("ol", "choices past");
      choices.querySelectorAll("button").forEach((button) => {
        const item = document.createElement("li");
        item.append(...button.childNodes);
        past.append(item);
      });
      choices.replaceWith(past);
    });
  }

  function wait(isWaiting) {
    waiting?.remove();
    waiting = isWaiting ? make("li", "waiting", words.waiting) : null;
    if (waiting) list.append(waiting);
  }

  function takePending(line) {
    const pending = accepted.shift();
    if (!pending) return;
    if (pending.dataset.meant && !line.querySelector(".meant")) {
      line.querySelector(".bubble").append(make("p", "meant", pending.dataset.meant));
    }
    pending.remove();
  }

  function dropTime(line) {
    const before = [...list.querySelectorAll("li[data-at]")].at(-1);
    if (before && line.dataset.at - before.dataset.at <= PAUSE_SECONDS) line.querySelector(".when")?.remove();
  }

  // What the resident had deleted is not left standing on an open page either.
  function clear() {
    list.replaceChildren();
    accepted.length = 0;
  }

  // A line that staff took back is shown again, without its words; everything else is shown once.
  function undo(shown, line) {
    if (!("undone" in line.dataset) || "undone" in shown.dataset) return;
    shown.dataset.undone = "";
    shown.querySelector(".bubble-box").replaceWith(line.querySelector(".bubble-box"));
  }

  function add(line) {
    const shown = document.getElementById(line.id);
    if (shown) undo(shown, line);
    if (shown || ("undone" in line.dataset && Number(line.dataset.id) <= last)) return false;
    if (line.hasAttribute("data-clears")) clear();
    if (isMine(line) || line.querySelector("form.choices")) retireChoices();
    dropTime(line);
    const firstPending = list.querySelector(".pending, .waiting");
    list.insertBefore(line, isMine(line) ? firstPending : null);
    if (isMine(line)) takePending(line); else wait(false);
    return true;
  }

  function show(news) {
    const template = document.createElement("template");
    template.innerHTML = news.html;
    const fresh = [...template.content.querySelectorAll("li.line")].filter(add);
    if (status.textContent !== news.status) status.textContent = news.status;
    status.dataset.speaker = news.speaker;
    if (fresh.length > 0) { last = Number(fresh.at(-1).dataset.id); toEnd(); document.querySelector(".starters")?.remove(); }
  }

  async function look() {
    try {
      const response = await fetch(`/chat/lines?after=${last}`, { headers: { Accept: "application/json" } });
      if (response.ok) show(await response.json());
    } catch { /* The next look will do. */ }
  }

  function listen() {
    if (source && source.readyState !== EventSource.CLOSED) return;
    source = new EventSource(`/chat/stream?after=${last}`);
    source.onmessage = (event) => show(JSON.parse(event.data));
  }

  function bubble(message) {
    const item = make("li", "line pending");
    const row = make("div", "bubble-row mine");
    const box = make("div", "bubble-box");
    const said = make("div", "bubble");
    said.append(make("p", "said", message.text));
    if (message.meant) { said.append(make("p", "meant", message.meant)); item.dataset.meant = message.meant; }
    box.append(make("p", "who unseen", words.me), said, make("p", "pending-note", words.sending));
    row.append(box);
    item.append(row);
    document.querySelector(".starters")?.remove();
    list.append(item);
    toEnd();
    return item;
  }

  function failed(item, message, why) {
    const note = item.querySelector(".pending-note");
    note.textContent = why;
    item.querySelector(".again")?.remove();
    const again = make("button", "again", words.notSent);
    again.type = "button";
    again.addEventListener("click", () => { again.remove(); note.textContent = words.sending; deliver(item, message); });
    note.after(again);
    toEnd();
  }

  async function refusal(response) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector("[data-refusal]")?.textContent ?? "";
  }

  async function deliver(item, message) {
    const body = new URLSearchParams({ text: message.text, key: message.key });
    let response;
    try {
      response = await fetch("/chat", { method: "POST", body, headers: { Accept: "application/json" } });
      if (!response.ok) { failed(item, message, await refusal(response)); return; }
    } catch { failed(item, message, ""); return; }
    forget(message.key);
    item.querySelector(".pending-note").textContent = "";
    accepted.push(item);
    wait(response.status === 202 && status.dataset.speaker === "bot");
    await look();
    listen();
  }

  function send(text, meant) {
    const message = { text, meant, key: newKey() };
    remember(message);
    deliver(bubble(message), message);
  }

  document.addEventListener("submit", (event) => {
    const target = event.target;
    if (target.getAttribute("action") !== "/chat" || target.enctype === "multipart/form-data") return;
    event.preventDefault();
    const pressed = event.submitter?.name === "text" ? event.submitter : null;
    const text = (pressed ? pressed.value : field.value).trim();
    if (text === "") return;
    if (target === form) { field.value = ""; keep(DRAFT, ""); field.focus(); }
    send(text, pressed?.dataset.meant);
  });

  field.addEventListener("input", () => keep(DRAFT, field.value));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { look(); if (last > 0) listen(); } });
  window.setInterval(() => {
    if (document.hidden || last === 0 || source?.readyState === EventSource.OPEN) return;
    look();
    listen();
  }, LOOK_AGAIN_MS);

  field.value = field.value || kept(DRAFT);
  unsent().forEach((message) => failed(bubble(message), message, ""));
  if (last > 0) listen();
  toEnd();
})();
