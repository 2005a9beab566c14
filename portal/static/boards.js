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
  const say = (words) => { note.textContent = words; note.hidden = false; };
  const body = () => JSON.stringify({
    title: field("title") ? field("title").value : "",
    text: field("text").value,
    photos: field("photos").value.split(" ").filter(Boolean),
    is_private: Boolean(field("private") && field("private").checked),
    seq: Number(field("seq").value),
  });
  const save = async () => {
    try {
      const answer = await fetch(`/api/v1/drafts/${encodeURIComponent(form.dataset.draft)}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Form-Token": field("form_token").value },
        body: body(),
      });
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
  form.addEventListener("submit", () => clearTimeout(timer));
}

document.querySelectorAll("[data-live]").forEach(follow);
document.querySelectorAll("form[data-draft]").forEach(keepDrafts);
