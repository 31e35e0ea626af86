// A round button in the corner of another site; tapped, it opens the chat of the server that this file came from.
//   <script src="https://bot.example.org/widget.js" data-side="left" data-label="问问教育局" data-color="#a8322d"
//     data-icon="book" data-greeting="今年的计划，问我就行" data-plan="2021年常州教育工作要点" defer></script>
(() => {
  "use strict";
  const script = document.currentScript, from = new URL(script.src), given = script.dataset;
  const PATIENCE = 1500, KEY = "yaodian:corner", STEP = 16, MOVED = 6;
  const ICONS = {
    chat: "M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-5 4v-4.05A2.5 2.5 0 0 1 4 13.5zM8.5 8.5h7M8.5 12h4",
    ask: "M8.5 9a3.5 3.5 0 1 1 5 3.2c-1 .5-1.5 1.2-1.5 2.3M12 18.5v.1",
    book: "M12 6.5C10 5 7 4.5 4 4.5v14c3 0 6 .5 8 2 2-1.5 5-2 8-2v-14c-3 0-6 .5-8 2zM12 6.5v14",
  };
  const label = given.label || "提问", icon = given.icon || "chat", greeting = (given.greeting || "").slice(0, 60);
  const color = /^#([0-9a-f]{3}){1,2}$/i.test(given.color || "") ? given.color : "#0b6b5b";
  if (given.color && given.color !== color) console.warn(`要点：data-color 要写成 #a8322d 这样，${given.color} 认不出来，先用原来的颜色。`);
  // Of black and white one has a contrast of 4.5 and more on whatever colour.
  const ink = luminance(color) > 0.179 ? "#000" : "#fff";

  document.querySelector("[data-yaodian]")?.remove();
  const host = make("div"), root = host.attachShadow({ mode: "open" });
  host.dataset.yaodian = "";
  // What a page says of its own elements is not for this one, hence !important. Unlike a style element, a page that forbids inline style lets this pass; pixels, since a rem is as large as that page wants.
  const look = new CSSStyleSheet();
  look.replaceSync(`
    :host { all: initial !important; position: fixed !important; z-index: 2147483000 !important; color-scheme: light dark !important;
      font: 16px/1.6 system-ui, sans-serif !important; --w: min(400px, 100vw - 32px); --h: min(640px, 100vh - 32px); }
    :host([data-large]) { --w: min(760px, 100vw - 32px); --h: calc(100vh - 32px); }
    [hidden] { display: none !important; }
    .corner, section { position: fixed; }
    .corner { bottom: clamp(max(16px, env(safe-area-inset-bottom)), var(--y), 100vh - 72px); display: flex; align-items: center; gap: 8px; max-width: calc(100vw - 32px); }
    section { bottom: clamp(16px, var(--y), 100vh - var(--h) - 16px); }
    .corner { right: clamp(max(16px, env(safe-area-inset-right)), var(--x), 100vw - 72px); }
    section { right: clamp(16px, var(--x), 100vw - var(--w) - 16px); }
    :host([data-left]) .corner { left: clamp(max(16px, env(safe-area-inset-left)), var(--x), 100vw - 72px); right: auto; flex-direction: row-reverse; }
    :host([data-left]) section { left: clamp(16px, var(--x), 100vw - var(--w) - 16px); right: auto; }
    button { box-sizing: border-box; display: grid; place-items: center; flex: none; min-width: 44px; height: 44px; margin: 0; padding: 0; border: 0; border-radius: 8px;
      background: none; color: inherit; font: inherit; cursor: pointer; }
    button:focus-visible { outline: 3px solid #000; outline-offset: -3px; box-shadow: inset 0 0 0 5px #fff; }
    .round { width: 56px; height: 56px; border: 2px solid ${ink}; border-radius: 50%; background: ${color}; color: ${ink}; font-size: 20px; font-weight: 700;
      box-shadow: 0 4px 16px rgb(0 0 0 / 25%); touch-action: none; user-select: none; }
    .round:focus-visible { outline-offset: 2px; box-shadow: 0 0 0 2px #fff, 0 0 0 7px #fff; }
    svg { width: 24px; height: 24px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; pointer-events: none; }
    .greeting { display: flex; border: 1px solid CanvasText; border-radius: 12px; background: Canvas; color: CanvasText; box-shadow: 0 4px 16px rgb(0 0 0 / 20%); }
    .greeting .say { flex: 1; min-width: 0; height: auto; padding: 8px 0 8px 14px; line-height: 1.5; text-align: left; overflow-wrap: anywhere; }
    section { display: flex; flex-direction: column; width: var(--w); height: var(--h); overflow: hidden; border-radius: 14px; background: Canvas; color: CanvasText;
      box-shadow: 0 8px 40px rgb(0 0 0 / 30%); }
    .bar { display: flex; align-items: center; background: ${color}; color: ${ink}; }
    .grip { flex: 1; min-width: 0; padding: 0 14px; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; line-height: 44px; font-weight: 600; cursor: move; touch-action: none; user-select: none; }
    iframe { display: block; flex: 1; width: 100%; min-height: 0; border: 0; }
    p { flex: 1; margin: 0; padding: 24px; line-height: 1.7; }
    a { color: LinkText; }
    @media (max-width: 480px), (max-height: 480px) {
      section, :host([data-left]) section { inset: 0; width: auto; height: auto; border-radius: 0; padding: env(safe-area-inset-top) 0 env(safe-area-inset-bottom); }
      .grip { cursor: auto; touch-action: auto; }
      .bar button:not(.close) { display: none; }
    }
    @media (forced-colors: active) { .round, .bar, section { border: 2px solid; } }
    @media print { :host { display: none !important; } }`);
  root.adoptedStyleSheets = [look];

  const corner = make("div", "corner"), round = make("button", "round"), panel = make("section");
  round.type = "button";
  round.title = "可以拖到别处，也可以用方向键挪";
  round.setAttribute("aria-label", label);
  round.setAttribute("aria-expanded", "false");
  round.append(Object.hasOwn(ICONS, icon) ? picture(ICONS[icon]) : [...icon].slice(0, 2).join(""));
  panel.hidden = true;
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", label);
  const bar = make("div", "bar"), grip = make("span", "grip");
  grip.textContent = label;
  const large = tool("放大", "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7", () => { place.large = !place.large; settle(); });
  const across = tool("换到另一边", "M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4", () => { place.left = !place.left; place.x = 16; settle(); });
  bar.append(grip, across, large, tool("关闭", "M6 6l12 12M18 6 6 18", () => turn(false), "close"));
  panel.append(bar);
  corner.append(round);
  root.append(panel, corner);

  // Where it stands and how large, for this visit of that site.
  const place = { x: 16, y: 16, left: given.side === "left", large: false, greeted: false, ...recalled() };
  let frame = null, answers = false, dragged = false;
  if (greeting && !place.greeted) greet();
  round.addEventListener("click", () => { if (!dragged) turn(true); });
  round.addEventListener("keydown", moved);
  drags(round);
  drags(grip);
  root.addEventListener("keydown", (event) => event.key === "Escape" && turn(false));
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== from.origin) return;
    if (event.data === "yaodian:close") turn(false);
    if (event.data === "yaodian:ready") answers = true;
  });
  settle();
  if (document.body) document.body.append(host);
  else addEventListener("DOMContentLoaded", () => document.body.append(host), { once: true });

  function turn(open) {
    if (open === !panel.hidden) return;
    if (open && !frame) load();
    panel.hidden = !open;
    corner.hidden = open;
    round.setAttribute("aria-expanded", String(open));
    if (open) greeted();
    (open ? frame || panel.querySelector("a") : round).focus();
  }

  function load() {
    panel.querySelector("p")?.remove();
    frame = make("iframe");
    frame.title = label;
    frame.src = new URL(given.plan ? `frame?${new URLSearchParams({ plan: given.plan })}` : "frame", from);
    frame.allow = "clipboard-write; microphone";
    // A browser that is told not to show the chat here loads a page of its own instead, which says nothing to us.
    frame.addEventListener("load", () => setTimeout(refused, PATIENCE));
    setTimeout(refused, 10 * PATIENCE);
    panel.append(frame);
  }

  function refused() {
    if (answers || !frame) return;
    const line = make("p"), link = make("a");
    link.href = new URL(".", from);
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = "到整页去问";
    line.append("这个网站还没有开通问答，可以", link, "。");
    frame.replaceWith(line);
    frame = null;
    console.warn(`要点：${from.origin} 没有让 ${location.origin} 显示问答。请在它的设置里写上这个网站再重启：[web] origins = ["${location.origin}"]`);
  }

  function greet() {
    const bubble = make("div", "greeting"), say = make("button", "say");
    say.type = "button";
    say.textContent = greeting;
    say.addEventListener("click", () => turn(true));
    bubble.append(say, tool("不用了", "M7 7l10 10M17 7 7 17", () => { greeted(); round.focus(); }));
    corner.prepend(bubble);
  }

  function greeted() {
    corner.querySelector(".greeting")?.remove();
    place.greeted = true;
    settle();
  }

  // --- moved about: dragged by the button or by the bar, or with the arrow keys

  function drags(handle) {
    let start = null;
    handle.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      dragged = false;
      start = { x: event.clientX, y: event.clientY, at: { ...place } };
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (!start) return;
      const [right, down] = [event.clientX - start.x, event.clientY - start.y];
      dragged ||= Math.hypot(right, down) > MOVED;
      if (dragged) move(start.at.x + (place.left ? right : -right), start.at.y - down);
    });
    for (const end of ["pointerup", "pointercancel"]) handle.addEventListener(end, () => {
      start = null;
      setTimeout(() => { dragged = false; }); // the click that ends a drag opens nothing
    });
  }

  function moved(event) {
    const [right, up] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key] || [0, 0];
    if (!right && !up) return;
    event.preventDefault();
    move(place.x + (place.left ? right : -right), place.y + up);
  }

  function move(x, y) {
    place.x = Math.max(16, Math.min(x, innerWidth - 72));
    place.y = Math.max(16, Math.min(y, innerHeight - 72));
    settle();
  }

  function settle() {
    host.style.setProperty("--x", `${place.x}px`);
    host.style.setProperty("--y", `${place.y}px`);
    host.toggleAttribute("data-left", Boolean(place.left));
    host.toggleAttribute("data-large", Boolean(place.large));
    large.setAttribute("aria-pressed", String(Boolean(place.large)));
    try { sessionStorage.setItem(KEY, JSON.stringify(place)); } catch { /* then it lasts as long as the page */ }
  }

  function recalled() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY)) || {};
      return Number.isFinite(kept.x) && Number.isFinite(kept.y) ? kept : {};
    } catch {
      return {};
    }
  }

  // --- what it is made of

  function make(name, kind) {
    const element = document.createElement(name);
    if (kind) element.className = kind;
    return element;
  }

  function tool(name, lines, action, kind) {
    const button = make("button", kind);
    button.type = "button";
    button.title = name;
    button.setAttribute("aria-label", name);
    button.append(picture(lines));
    button.addEventListener("click", action);
    return button;
  }

  function picture(lines) {
    const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", lines);
    svg.append(path);
    return svg;
  }

  // WCAG's relative luminance, 0 to 1.
  function luminance(hex) {
    const short = hex.length === 4, wide = short ? 1 : 2;
    const [r, g, b] = [0, 1, 2].map((n) => {
      const part = hex.slice(1 + n * wide, 1 + (n + 1) * wide), value = parseInt(short ? part + part : part, 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
})();
