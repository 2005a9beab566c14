// What a page shows of the service worker: that it is read without a network, and what became of words that waited.
"use strict";

(() => {
  if (!("serviceWorker" in navigator)) return;
  const root = document.documentElement;
  const isKept = root.hasAttribute("data-offline");
  const bar = document.querySelector("[data-outbox]");
  const list = document.querySelector("[data-outbox-list]");
  const LOOKS = /^[a-z0-9 -]{0,60}$/;
  const FIRST_PAUSE = 4000;
  const LONGEST_PAUSE = 300000;
  const owners = marks();
  const sent = new Map(); // What was sent stays on the page, though the worker forgets it once a page has said so.
  let pause = FIRST_PAUSE;
  let again = 0;

  // Pages are kept as a guest sees them; how large somebody reads is remembered here.
  if (isKept) {
    const looks = localStorage.getItem("looks") || "";
    if (LOOKS.test(looks)) root.className = looks;
    document.querySelectorAll("form[method=post] input[name=key]").forEach((input) => { input.value = newKey(); });
  } else {
    localStorage.setItem("looks", root.className);
  }

  // Whose words may be seen here: the account's whose page this is. A kept page is nobody's; it goes by the page that was
  // open in the same tab before, and a page of somebody else, or of nobody, ends that.
  function marks() {
    if (!isKept) sessionStorage.setItem("owners", bar.dataset.owner);
    return (sessionStorage.getItem("owners") || "").split(" ").filter(Boolean);
  }

  function ask(name, key) {
    const { controller } = navigator.serviceWorker;
    if (controller) controller.postMessage({ ask: name, key, owners, token: isKept ? "" : bar.dataset.token });
  }

  function line(words, to) {
    const made = document.createElement("p");
    made.className = "notice";
    made.append(words);
    if (to) {
      const link = document.createElement("a");
      link.href = to;
      link.textContent = bar.dataset.open;
      made.append(" ", link);
    }
    bar.append(made);
    bar.hidden = false;
  }

  function show(rows, others) {
    bar.replaceChildren();
    bar.hidden = true;
    if (isKept) line(bar.dataset.kept);
    if (others && !owners.length && (list || location.pathname === "/login")) line(bar.dataset.others);
    const waiting = rows.filter((row) => row.state === "waiting");
    if (waiting.length) line(bar.dataset.waiting.replace("{count}", waiting.length), list ? "" : "/offline");
    if (rows.some((row) => row.state === "refused")) line(bar.dataset.refused, list ? "" : "/offline");
    for (const row of rows.filter((one) => one.state === "sent")) {
      sent.set(row.key, row.to);
      ask("told", row.key);
    }
    sent.forEach((to) => line(bar.dataset.sent, to));
    if (waiting.length) tryAgain();
    if (list) list.replaceChildren(...rows.filter((row) => row.state !== "sent").map(item));
  }

  // "Online" is said before anything can be reached: what still waits is tried again, each time after twice as long.
  function tryAgain() {
    clearTimeout(again);
    if (!navigator.onLine) return;
    again = setTimeout(() => ask("send"), pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  function item(row) {
    const made = document.createElement("li");
    const words = document.createElement("p");
    const drop = document.createElement("button");
    made.className = "card";
    words.textContent = row.text;
    drop.className = "quiet-button";
    drop.textContent = list.dataset.drop;
    drop.addEventListener("click", () => ask("drop", row.key));
    made.append(words, drop);
    return made;
  }

  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data.changed) ask("look");
    if (data.outbox) show(data.outbox, data.others);
  });
  navigator.serviceWorker.register("/worker.js").catch(() => null);
  if (isKept) line(bar.dataset.kept);
  ask(isKept || !navigator.onLine ? "look" : "send");
  window.addEventListener("online", () => {
    pause = FIRST_PAUSE;
    ask("send");
  });
})();
