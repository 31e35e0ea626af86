// On every page: large letters that stay, the chosen plan in sight, and what a print says of itself. It runs before the page is drawn.
(() => {
  "use strict";
  const page = document.documentElement, KEY = "yaodian:large";
  page.classList.add("js");
  let large = false;
  try { large = localStorage.getItem(KEY) === "1"; } catch { /* a browser that keeps nothing for us */ }
  page.classList.toggle("large", large);

  addEventListener("DOMContentLoaded", () => {
    document.querySelector('.picker [aria-pressed="true"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
    const button = document.getElementById("large");
    if (!button) return;
    const show = () => button.setAttribute("aria-pressed", String(page.classList.contains("large")));
    button.addEventListener("click", () => {
      large = page.classList.toggle("large");
      show();
      try { localStorage.setItem(KEY, large ? "1" : "0"); } catch { /* then it lasts as long as the page */ }
    });
    show();
  });

  // Paper says when it was printed and where it came from; each answer also where it can be opened again.
  addEventListener("beforeprint", () => {
    for (const link of document.querySelectorAll(".share")) link.dataset.address = readable(link.href);
    const imprint = document.querySelector(".printed") || document.createElement("p");
    imprint.className = "printed";
    const day = new Date().toLocaleDateString("zh-CN", { dateStyle: "long" });
    imprint.textContent = `${day}印自 ${readable(location.href)}`;
    document.querySelector("main").append(imprint);
  });

  function readable(address) {
    try { return decodeURI(address); } catch { return address; }
  }
})();
