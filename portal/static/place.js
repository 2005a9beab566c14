// Where somebody is goes along with a report only if they press for it; the place can always be written instead.
"use strict";

function offerPlace(box) {
  const input = box.querySelector("input[name=point]");
  const take = box.querySelector("[data-place-take]");
  const drop = box.querySelector("[data-place-drop]");
  const note = box.querySelector("[data-place-note]");
  const REFUSED = 1;

  function show(words) {
    note.textContent = words;
    take.hidden = Boolean(input.value);
    drop.hidden = !input.value;
  }

  function keep({ coords }) {
    input.value = `${coords.latitude.toFixed(5)},${coords.longitude.toFixed(5)}`;
    show(box.dataset.kept.replace("{metres}", Math.max(1, Math.round(coords.accuracy))));
    drop.focus();
  }

  take.addEventListener("click", () => {
    show(box.dataset.asking);
    const failed = (error) => show(error.code === REFUSED ? box.dataset.refused : box.dataset.failed);
    const how = { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 };
    navigator.geolocation.getCurrentPosition(keep, failed, how);
  });
  drop.addEventListener("click", () => { input.value = ""; show(""); take.focus(); });
  show(note.textContent);
  box.hidden = false;
}

if ("geolocation" in navigator && window.isSecureContext) {
  document.querySelectorAll("[data-place]").forEach(offerPlace);
}
