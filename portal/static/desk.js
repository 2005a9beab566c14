// Staff pages, live: queue, talk and what calls follow what happens; texts are put into the reply; nothing typed is lost.
"use strict";

(() => {
  const LOOK_AGAIN_MS = 5000;
  const LOOK_BEHIND_MS = 20000;
  const live = document.getElementById("live") ?? document.getElementById("tidings");
  const reply = document.getElementById("reply");
  const text = reply?.querySelector("textarea[name=text]");

  // What is new replaces what is shown, part by part; focus within a part stays where it was.
  function replace(id, part) {
    const target = document.getElementById(id);
    if (!target || !part || target.innerHTML === part.innerHTML) return;
    const focused = target.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const atEnd = target.scrollHeight - target.scrollTop - target.clientHeight < 60;
    target.innerHTML = part.innerHTML;
    if (focused) target.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
    if (atEnd) target.scrollTop = target.scrollHeight;
  }

  function warnOfChange(version) {
    const seen = document.getElementById("seen");
    if (!seen || !version || seen.value === version) return;
    const note = document.getElementById("changed");
    note.hidden = false;
    document.getElementById("seen-it").onclick = () => { seen.value = version; note.hidden = true; text.focus(); };
  }

  function show(news) {
    if (!news.html) return;
    const template = document.createElement("template");
    template.innerHTML = news.html;
    for (const part of template.content.querySelectorAll("[data-part]")) replace(part.dataset.part, part);
    warnOfChange(template.content.querySelector("[data-version]")?.dataset.version);
    tell();
  }

  // What calls stands in the title, and, if they asked for it, in a notification of the browser.
  const plainTitle = document.title;
  let told = null;

  function tell() {
    const facts = document.querySelector("#tidings > span")?.dataset;
    if (!facts) return;
    const mark = (count, words) => (Number(count) ? words : "");
    document.title = mark(facts.alarms, `【${facts.alarmWords}】`) + mark(facts.unread, `(${facts.unread}) `)
      + mark(facts.waiting, `${facts.waitingTitle} · `) + plainTitle;
    const now = { alarm: Number(facts.newestAlarm), notice: Number(facts.newest), waiting: Number(facts.newestWaiting) };
    const words = { alarm: facts.alarmWords, notice: facts.words, waiting: facts.waitingWords };
    const news = told && Object.keys(now).find((kind) => now[kind] > told[kind]);
    if (news) announce(words[news], `mulin-${news}-${now[news]}`);
    told = Object.fromEntries(Object.keys(now).map((kind) => [kind, Math.max(now[kind], told?.[kind] ?? 0)]));
  }

  function announce(words, tag) {
    if (!("Notification" in window) || Notification.permission !== "granted") return;
    if (!document.hidden && document.hasFocus()) return;
    try {
      const notification = new Notification(words, { tag, silent: true });
      notification.onclick = () => { window.focus(); notification.close(); };
    } catch { /* Some telephones offer the name only; the title tells. */ }
  }

  function offerNotifications(place) {
    const button = place.querySelector("button");
    place.hidden = Notification.permission !== "default";
    button.addEventListener("click", async () => {
      const answer = await Notification.requestPermission();
      place.textContent = answer === "granted" ? place.dataset.done : place.dataset.denied;
      place.setAttribute("role", "status");
    });
  }

  // Who is signed out hears of nothing more, and is told so; the page stays, for what was typed into it.
  const isLogin = (response) => response.redirected && new URL(response.url).pathname === "/login";

  function tellSignedOut() {
    const note = document.getElementById("signed-out");
    note.hidden = false;
    document.title = note.dataset.title + plainTitle;
  }

  // One stream for each page that is looked at. A page behind another tab lets go of it and asks now and then, so that
  // many open tabs never use up the browser's connections; only the desk keeps its stream.
  function follow() {
    let last = 0;
    let source = null;
    let asked = Date.now();
    let isOut = false;
    const keeps = "always" in live.dataset;
    const isBehind = () => document.hidden && !keeps;
    const take = (news) => { last = news.last ?? last; show(news); };
    const listen = () => {
      if (isOut || isBehind() || (source && source.readyState !== EventSource.CLOSED)) return;
      source = new EventSource(`${live.dataset.stream}?after=${last}`);
      source.onmessage = (event) => take({ last: Number(event.lastEventId), ...JSON.parse(event.data) });
    };
    const stop = () => {
      isOut = true;
      window.clearInterval(timer);
      source?.close();
      tellSignedOut();
    };
    const look = async () => {
      if (isOut) return;
      asked = Date.now();
      try {
        const response = await fetch(`${live.dataset.state}?after=${last}`, { headers: { Accept: "application/json" } });
        if (isLogin(response)) stop();
        else if (response.ok && response.headers.get("Content-Type")?.startsWith("application/json")) take(await response.json());
      } catch { /* The next look will do. */ }
    };
    const timer = window.setInterval(() => {
      if (source?.readyState === EventSource.OPEN) return;
      if (isBehind() && Date.now() - asked < LOOK_BEHIND_MS) return;
      look();
      listen();
    }, LOOK_AGAIN_MS);
    document.addEventListener("visibilitychange", () => {
      if (isBehind()) { source?.close(); return; }
      look();
      listen();
    });
    window.addEventListener("pagehide", () => source?.close());
    window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
    listen();
  }

  function scrollToAsked() {
    const asked = live.classList.contains("said-waiting") ? document.getElementById("asked-here") : null;
    live.scrollTop = asked ? asked.offsetTop - live.offsetTop - live.clientHeight * 0.6 : live.scrollHeight;
  }

  function insert(words, field) {
    const before = field.value.trimEnd();
    field.value = before ? `${before}\n${words}` : words;
    field.dispatchEvent(new Event("input"));
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  }

  async function find(button) {
    const body = new URLSearchParams(new FormData(reply));
    button.disabled = true;
    try {
      const response = await fetch(button.formAction.split("#")[0], { method: "POST", body });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const found = page.getElementById("finds");
      if (found) document.getElementById("finds").replaceChildren(...found.childNodes);
    } finally { button.disabled = false; }
  }

  // What is being typed is kept in this tab until it is sent, so that a reload or a sign-out loses nothing.
  function keep(field) {
    const name = `mulin:${field.dataset.keep}`;
    if (/[?&]done=(reply|contact)/.test(location.search)) sessionStorage.removeItem(name);
    field.value = field.value || sessionStorage.getItem(name) || "";
    field.addEventListener("input", () => {
      if (field.value) sessionStorage.setItem(name, field.value); else sessionStorage.removeItem(name);
    });
  }

  function offerCopy(button) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
      button.textContent = button.dataset.done;
    });
  }

  // Two at one case: who writes is told that the other has done something; what is sent then is refused anyway.
  function watchCase(note) {
    const timer = window.setInterval(async () => {
      if (document.hidden) return;
      try {
        const response = await fetch(note.dataset.state, { headers: { Accept: "application/json" } });
        if (isLogin(response)) { window.clearInterval(timer); tellSignedOut(); return; }
        if (response.ok) note.hidden = String((await response.json()).version) === note.dataset.version;
      } catch { /* The next look will do. */ }
    }, LOOK_AGAIN_MS);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-insert]");
    const field = button?.form?.querySelector("textarea");
    if (!field) return;
    event.preventDefault();
    insert(button.dataset.insert, field);
  });
  tell();
  const notify = document.getElementById("notify");
  if (notify && "Notification" in window && window.isSecureContext) offerNotifications(notify);
  if (live) { follow(); scrollToAsked(); }
  const changed = document.getElementById("case-changed");
  if (changed) watchCase(changed);
  if (text) {
    keep(text);
    reply.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.id === "find") { event.preventDefault(); find(button); }
    });
    reply.querySelector("#q").addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      find(document.getElementById("find"));
    });
  }
  if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach(offerCopy);
})();
