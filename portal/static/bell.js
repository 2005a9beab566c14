// New messages as they come: how many, on every page of who lives here, and the list where it is open.
"use strict";

(() => {
  const LOOK_AGAIN_MS = 20000;
  const mark = document.getElementById("bell-mark");
  if (!mark) return;
  const list = document.querySelector("[data-bell-list]") ? "&list=1" : "";
  const plainTitle = document.title;
  let last = 0;
  let source = null;
  let isOut = false;

  // What is new replaces what is shown, part by part; focus within a part stays where it was.
  function replace(part) {
    const target = document.getElementById(part.dataset.part);
    if (!target || target.innerHTML === part.innerHTML) return;
    const focused = target.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    target.innerHTML = part.innerHTML;
    if (focused) target.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
  }

  function take(news) {
    last = news.last ?? last;
    if (!news.html) return;
    const template = document.createElement("template");
    template.innerHTML = news.html;
    for (const part of template.content.querySelectorAll("[data-part]")) replace(part);
    document.title = news.count ? `(${news.count}) ${plainTitle}` : plainTitle;
  }

  // One stream for a page that is looked at; behind another tab it lets go, so that browsers keep their connections.
  function listen() {
    if (isOut || document.hidden || (source && source.readyState !== EventSource.CLOSED)) return;
    source = new EventSource(`/bell/live?after=${last}${list}`);
    source.onmessage = (event) => take({ last: Number(event.lastEventId), ...JSON.parse(event.data) });
  }

  async function look() {
    if (isOut || document.hidden || source?.readyState === EventSource.OPEN) return;
    try {
      const answer = await fetch(`/bell/state?after=${last}${list}`, { headers: { Accept: "application/json" } });
      const isNews = answer.ok && answer.headers.get("Content-Type")?.startsWith("application/json");
      if (isNews) take(await answer.json());
      else if (answer.redirected || answer.status === 401 || answer.status === 403) { isOut = true; source?.close(); }
    } catch { /* The next look will do. */ }
    listen();
  }

  window.setInterval(look, LOOK_AGAIN_MS);
  document.addEventListener("visibilitychange", () => { if (document.hidden) source?.close(); else look(); });
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  listen();
})();
