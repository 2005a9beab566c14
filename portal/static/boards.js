// New replies as they come, and drafts kept while somebody writes. Everything works without this, too.
"use strict";

const SAVE_AFTER = 1500;

function follow(list) {
  let last = Number(list.dataset.last);
  const take = (data) => {
    if (!data.html || data.last <= last) return;
    last = data.last;
    const box = document.createElement("template");
    box.innerHTML = data.html;
    for (const item of box.content.querySelectorAll("li[id]")) {
      if (!document.getElementById(item.id)) list.append(item);
    }
    document.querySelectorAll("[data-no-replies]").forEach((one) => one.remove());
  };
  const source = new EventSource(`${list.dataset.live}/live?after=${last}`);
  source.onmessage = (event) => take({ last: Number(event.lastEventId), ...JSON.parse(event.data) });
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden || source.readyState !== EventSource.CLOSED) return;
    const answer = await fetch(`${list.dataset.live}/fresh?after=${last}`);
    if (answer.ok) take(await answer.json());
  });
}

function keepDrafts(form) {
  const note = form.querySelector("[data-draft-note]");
  const field = (name) => form.elements[name];
  let timer = null;
  let saving = Promise.resolve();
  let isSent = false; // What was sent is not kept once more by a draft that comes late.
  const say = (words) => { note.textContent = words; note.hidden = false; };
  const body = () => JSON.stringify({
    title: field("title") ? field("title").value : "",
    text: field("text").value,
    photos: field("photos").value.split(" ").filter(Boolean),
    is_private: Boolean(field("private") && field("private").checked),
    seq: Number(field("seq").value),
  });
  const send = (end) => fetch(`/api/v1/drafts/${encodeURIComponent(field("slot").value)}${end}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Form-Token": field("form_token").value },
    body: body(),
  });
  // Another form for the same was quicker: these words get a slot of their own, and neither's are lost.
  const apart = async () => {
    const answer = await send("/apart");
    const told = await answer.json();
    if (!answer.ok) { say(told.detail || told.title); return; }
    field("slot").value = told.slot;
    field("seq").value = told.seq;
    say(note.dataset.apart);
  };
  const save = async () => {
    try {
      const answer = await send("");
      if (answer.status === 409) { if (!isSent) await apart(); return; }
      const told = await answer.json();
      if (answer.ok) { field("seq").value = told.seq; say(note.dataset.saved); return; }
      say(told.detail || told.title);
    } catch {
      say(note.dataset.offline);
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => { saving = saving.then(save); }, SAVE_AFTER);
  });
  form.addEventListener("submit", () => { isSent = true; clearTimeout(timer); });
  window.addEventListener("pageshow", () => { isSent = false; });
}

document.querySelectorAll("[data-live]").forEach(follow);
document.querySelectorAll("form[data-draft]").forEach(keepDrafts);
