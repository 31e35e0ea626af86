// The line for another site as one chooses how it looks, and the button itself to be tried.
(() => {
  "use strict";
  const form = document.getElementById("look"), line = document.querySelector("#line code"), copied = document.getElementById("copied");
  const copy = document.getElementById("copy"), usual = { color: "#0b6b5b", icon: "chat", side: "right" };
  const address = new URL("/widget.js", location.href).href;

  form.addEventListener("input", write);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    try { sessionStorage.removeItem("yaodian:corner"); } catch { /* nothing is kept */ }
    const script = document.createElement("script");
    script.src = address;
    for (const [name, value] of chosen()) script.dataset[name] = value;
    script.addEventListener("load", () => {
      script.remove();
      document.querySelector("[data-yaodian]").shadowRoot.querySelector(".round").focus();
    });
    document.body.append(script);
  });
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(line.textContent);
      copied.textContent = copy.dataset.done;
    } catch { // a page without https has no clipboard of its own
      getSelection().selectAllChildren(line);
      if (document.execCommand("copy")) copied.textContent = copy.dataset.done;
    }
  });
  write();

  function chosen() {
    return [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([name, value]) => value && value !== usual[name]);
  }

  function write() {
    const said = chosen().map(([name, value]) => ` data-${name}="${value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;")}"`);
    line.textContent = `<script src="${address}"${said.join("")} defer></script>`;
    copied.textContent = "";
  }
})();
