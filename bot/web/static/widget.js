// A round button in the corner of another site; tapped, it opens the chat of the server that this file came from.
//   <script src="https://bot.example.org/widget.js" data-side="left" data-label="问问教育局" defer></script>
(() => {
  "use strict";
  const script = document.currentScript;
  const from = new URL(script.src);
  const PATIENCE = 1500;
  const label = script.dataset.label || "提问", side = script.dataset.side === "left" ? "left" : "right";

  const host = document.createElement("div"), root = host.attachShadow({ mode: "open" });
  // Unlike a style element, a page that forbids inline style lets this pass; pixels, since a rem is as large as that page wants.
  const look = new CSSStyleSheet();
  look.replaceSync(`
    :host { all: initial; position: fixed; ${side}: 0; bottom: 0; z-index: 2147483000; color-scheme: light dark; }
    button, section { position: fixed; ${side}: max(16px, env(safe-area-inset-${side})); }
    button { bottom: max(16px, env(safe-area-inset-bottom)); box-sizing: border-box; display: grid; place-items: center; width: 56px; height: 56px;
      margin: 0; padding: 0; border: 2px solid #fff; border-radius: 50%; background: #0b6b5b; color: #fff; cursor: pointer; box-shadow: 0 4px 16px rgb(0 0 0 / 25%); }
    button:focus-visible { outline: 3px solid #0b6b5b; outline-offset: 3px; }
    svg { width: 28px; height: 28px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    [aria-expanded="true"] .open, [aria-expanded="false"] .close, [hidden] { display: none; }
    section { bottom: 88px; width: min(400px, calc(100vw - 32px)); height: min(640px, calc(100vh - 112px)); overflow: hidden; border-radius: 16px;
      background: Canvas; box-shadow: 0 8px 40px rgb(0 0 0 / 30%); }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    p { margin: 0; padding: 24px 56px 24px 24px; color: CanvasText; font: 16px/1.7 system-ui, sans-serif; }
    a { color: LinkText; }
    @media (max-width: 480px), (max-height: 480px) {
      section { inset: 0; width: auto; height: auto; border-radius: 0; }
      button[aria-expanded="true"] { top: 5.6px; bottom: auto; ${side}: auto; right: 5.6px; width: 44px; height: 44px; border: 0; box-shadow: none; z-index: 1; }
    }
    @media print { :host { display: none; } }`);
  root.adoptedStyleSheets = [look];

  const button = document.createElement("button"), panel = document.createElement("section");
  button.type = "button";
  button.append(
    picture("open", "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-5 4v-4.05A2.5 2.5 0 0 1 4 13.5zM8.5 8.5h7M8.5 12h4"),
    picture("close", "M6 6l12 12M18 6 6 18"),
  );
  panel.hidden = true;
  panel.setAttribute("aria-label", label);
  root.append(panel, button);
  let frame = null, answers = false;

  button.addEventListener("click", () => turn(panel.hidden));
  root.addEventListener("keydown", (event) => event.key === "Escape" && turn(false));
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== from.origin) return;
    if (event.data === "yaodian:close") turn(false);
    if (event.data === "yaodian:ready") answers = true;
  });
  turn(false);
  if (document.body) document.body.append(host);
  else addEventListener("DOMContentLoaded", () => document.body.append(host), { once: true });

  function turn(open) {
    const closing = !open && !panel.hidden;
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.title = label;
      frame.src = new URL("embed", from);
      frame.allow = "clipboard-write; microphone";
      // A browser that is told not to show the chat here loads a page of its own instead, which says nothing to us.
      frame.addEventListener("load", () => setTimeout(refused, PATIENCE));
      setTimeout(refused, 10 * PATIENCE);
      panel.append(frame);
    }
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? "关闭" : label);
    if (open) frame.focus();
    if (closing) button.focus();
  }

  function refused() {
    if (answers || !frame) return;
    const line = document.createElement("p"), link = document.createElement("a");
    link.href = new URL(".", from);
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "到整页去问";
    line.append("这个网站还没有开通问答，可以", link, "。");
    frame.replaceWith(line);
    frame = null;
    console.warn(`要点：${from.origin} 没有让 ${location.origin} 显示问答。请在它的设置里写上这个网站再重启：[web] origins = ["${location.origin}"]`);
  }

  function picture(name, lines) {
    const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
    svg.setAttribute("class", name);
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", lines);
    svg.append(path);
    return svg;
  }
})();
