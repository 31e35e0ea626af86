// What is tried is asked of this server and shown below; without this script a form opens the answer itself.
(() => {
  "use strict";
  document.querySelectorAll(".host").forEach((host) => { host.textContent = location.origin; });
  for (const form of document.querySelectorAll("form.try")) {
    form.querySelectorAll("input:disabled").forEach((input) => { input.disabled = false; });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  }

  async function ask(form) {
    const section = form.parentNode, code = section.querySelector(".answer code"), status = section.querySelector(".asked-for");
    const inputs = [...form.elements].filter((input) => input.name && input.value.trim());
    let path = form.dataset.path;
    for (const input of inputs) if ("place" in input.dataset) path = path.replace(`{${input.name}}`, encodeURIComponent(input.value.trim()));
    const given = new URLSearchParams(inputs.filter((input) => !("place" in input.dataset)).map((input) => [input.name, input.value.trim()]));
    const address = path + (String(given) && `?${given}`);
    status.textContent = "正在问……";
    try {
      const started = performance.now(), response = await fetch(address, { credentials: "omit" });
      const text = await response.text();
      code.textContent = pretty(text);
      status.textContent = `${response.status}，${Math.round(performance.now() - started)} 毫秒：${decodeURI(address)}`;
    } catch {
      status.textContent = "没有连上，请再试一次。";
    }
  }

  function pretty(text) {
    try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; }
  }
})();
