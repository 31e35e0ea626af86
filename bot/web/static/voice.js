// Answers read aloud and questions spoken, by what the browser itself has for it.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const speaker = window.speechSynthesis, Recognition = window.SpeechRecognition || window.webkitSpeechRecognition;

  // --- an answer read aloud, until its end or another tap
  let read = null;
  if (speaker && window.SpeechSynthesisUtterance) {
    document.documentElement.classList.add("speaks");
    addEventListener("pagehide", hush);
    document.addEventListener("click", (event) => {
      const button = event.target.closest(".speak"), again = button && button === read?.button;
      if (!button) return;
      hush();
      if (!again) speak(button);
    });
  }

  function speak(button) {
    const card = button.closest(".card"), speech = new SpeechSynthesisUtterance($(".copy", card).dataset.copy);
    speech.lang = card.lang === "zh-Hant" ? "zh-TW" : "zh-CN";
    speech.onend = speech.onerror = () => speech === read?.speech && hush();
    read = { speech, button };
    pressed(button, true);
    speaker.speak(speech);
  }

  function hush() {
    if (read) pressed(read.button, false);
    read = null;
    speaker.cancel();
  }

  function pressed(button, on) {
    const label = $("span", button);
    button.setAttribute("aria-pressed", String(on));
    [label.textContent, button.dataset.done] = [button.dataset.done, label.textContent];
  }

  // --- a question spoken: it is written into the line, to be looked at and sent
  const voice = $("#voice"), box = $("#question"), heard = $("#heard");
  if (!Recognition || !voice) return;
  const usual = box.placeholder;
  let listening = null;
  voice.hidden = false;
  voice.addEventListener("click", () => (listening ? listening.stop() : listen()));

  function listen() {
    const before = box.value, ear = new Recognition();
    ear.lang = "zh-CN";
    ear.interimResults = true;
    ear.onresult = (event) => {
      box.value = (before + [...event.results].map((r) => r[0].transcript).join("")).slice(0, box.maxLength);
      box.dispatchEvent(new Event("input", { bubbles: true }));
    };
    ear.onerror = ({ error }) => {
      const kind = { "not-allowed": "silent", "service-not-allowed": "silent", "audio-capture": "silent", aborted: "" }[error] ?? "deaf";
      heard.textContent = kind ? $(`[data-trouble="${kind}"]`).textContent : "";
    };
    ear.onend = () => { listens(null); box.focus({ preventScroll: true }); };
    heard.textContent = "";
    listens(ear);
    try { ear.start(); } catch { listens(null); }
  }

  function listens(ear) {
    listening = ear;
    voice.setAttribute("aria-pressed", String(Boolean(ear)));
    box.placeholder = ear ? voice.dataset.listening : usual;
  }
})();
