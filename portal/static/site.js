// What every page may do with scripts: print, read aloud, and give each message that is sent a name of its own.
"use strict";

function newKey() {
  if (window.crypto.randomUUID) return window.crypto.randomUUID();
  const bytes = window.crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20].reduceRight((text, at) => text.slice(0, at) + "-" + text.slice(at), hex);
}

// A page that comes back from the browser's memory must not send another message under an old name.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.querySelectorAll("form[method=post] input[name=key]").forEach((input) => { input.value = newKey(); });
});

document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

function chineseVoice() {
  return window.speechSynthesis.getVoices().find((voice) => voice.lang.toLowerCase().startsWith("zh"));
}

function readable(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll(".tools, .sources, svg").forEach((part) => part.remove());
  return copy.innerText.replace(/\s*\n\s*/g, "。");
}

function speakButton(button) {
  const label = button.querySelector("span");
  const start = label.textContent;
  const rest = () => { label.textContent = start; };
  button.hidden = false;
  button.addEventListener("click", () => {
    if (window.speechSynthesis.speaking) { window.speechSynthesis.cancel(); rest(); return; }
    const words = new SpeechSynthesisUtterance(readable(document.querySelector(button.dataset.speak)));
    words.lang = "zh-CN";
    words.voice = chineseVoice();
    words.rate = 0.9;
    words.onend = words.onerror = rest;
    label.textContent = button.dataset.stop;
    window.speechSynthesis.speak(words);
  });
}

if ("speechSynthesis" in window) {
  const offer = () => {
    if (chineseVoice()) document.querySelectorAll("[data-speak][hidden]").forEach(speakButton);
  };
  offer();
  window.speechSynthesis.addEventListener("voiceschanged", offer);
}
