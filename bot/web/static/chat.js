// The chat without reloading: what is sent becomes a bubble, what comes back from our own server a card below it.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const form = $("#ask"), box = $("#question"), log = $("#log"), status = $("#status"), left = $("#left");
  const embedded = document.body.classList.contains("embedded");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const NEAR_LIMIT = 100, PATIENCE = 20000, REMEMBERED = 20;
  let busy = false;
  // A page has a chat of its own, which it keeps when it is loaded again; what it showed before is waited for. The question
  // of the link that the page was opened by is what the chat begins with.
  const chat = history.state?.chat || form.elements.chat?.value || `web:${random(32)}`;
  let after = history.state ? "" : form.elements.after?.value || "";
  const rendered = [...log.children];
  let pending = history.state?.shown || [];

  document.documentElement.classList.add("js");
  restore();
  if (matchMedia("(pointer: fine)").matches && !embedded) box.focus({ preventScroll: true });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (busy || !text) return;
    box.value = "";
    measured();
    show(text, () => fetched(form.action, new URLSearchParams(after ? { q: text, after } : { q: text })), text);
  });
  // 229: Safari ends a composition before it tells of the Enter that ended it.
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    form.requestSubmit();
  });
  box.addEventListener("input", measured);
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const touched = event.target.closest("a, button");
    const way = touched && ways.find(([selector]) => touched.matches(selector));
    if (!way) return;
    event.preventDefault();
    way[1](touched);
  });
  document.addEventListener("keydown", (event) => {
    if (embedded && event.key === "Escape" && parent !== self) parent.postMessage("yaodian:close", "*");
  });

  const ways = [
    [".chip, .choice", (link) => !busy && show(link.textContent.trim(), () => fetched(link.href))],
    [".votes button", vote],
    [".copy", (button) => written(button.dataset.copy, button)],
    [".share", share],
  ];

  // A turn: the bubble at once, dots while the answer is awaited, then the card, or what went wrong and a way to retry.
  async function show(text, get, typed = "") {
    const turn = document.createElement("section"), asked = document.createElement("h2");
    turn.className = "turn";
    asked.className = "asked";
    const who = document.createElement("span"), bubble = document.createElement("span");
    who.className = "unseen";
    who.textContent = log.dataset.who;
    bubble.className = "bubble";
    bubble.textContent = text;
    asked.append(who, bubble);
    turn.append(asked);
    log.append(turn);
    await answered(turn, get, typed);
  }

  async function answered(turn, get, typed) {
    busy = true;
    form.setAttribute("aria-busy", "true");
    const waiting = $("#waiting").content.firstElementChild.cloneNode(true);
    turn.append(waiting);
    scrolled(turn);
    try {
      turn.append(card(await get()));
      told($(".card:last-child", turn).dataset.said || "");
      remember();
    } catch (trouble) {
      turn.append(failed(turn, trouble, get, typed));
    } finally {
      waiting.remove();
      busy = false;
      form.removeAttribute("aria-busy");
      scrolled(turn);
    }
  }

  async function fetched(address, body) {
    if (navigator.onLine === false) throw { kind: "offline" };
    const headers = { "X-Requested-With": "fetch", "X-Chat": chat };
    let response;
    try {
      const signal = AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined;
      response = await fetch(address, { method: body ? "POST" : "GET", body, headers, signal, credentials: "same-origin" });
    } catch {
      throw { kind: navigator.onLine === false ? "offline" : "other" };
    }
    const ours = response.headers.get("X-Fragment") === "card";
    if (!ours) throw { kind: String(response.status), seconds: response.headers.get("Retry-After") };
    return response.text();
  }

  // So many random bytes in the letters that an address takes.
  function random(bytes) {
    const text = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(bytes))));
    return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  }

  // Only what our own server rendered and escaped comes here.
  function card(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    return holder.content;
  }

  function failed(turn, { kind, seconds }, get, typed) {
    const trouble = $("#failed").content.firstElementChild.cloneNode(true);
    const said = $(`[data-trouble="${CSS.escape(kind || "other")}"]`) || $('[data-trouble="other"]');
    const wait = $("[data-seconds]", said);
    const text = wait && seconds > 0 ? said.textContent.replace(wait.textContent, ` ${Number(seconds)} 秒`) : said.textContent;
    $(".words", trouble).textContent = text;
    told(text);
    if (typed && !box.value) { box.value = typed; measured(); }
    $(".again", trouble).addEventListener("click", () => {
      if (busy) return;
      trouble.remove();
      if (typed && box.value === typed) { box.value = ""; measured(); }
      box.focus({ preventScroll: true });
      answered(turn, get, typed);
    });
    return trouble;
  }

  function scrolled(turn) {
    turn.scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
  }

  function told(text) {
    status.textContent = "";
    setTimeout(() => { status.textContent = text; }, 50);
  }

  // The line grows with what is written, where the browser does not do so by itself; near the limit it counts.
  function measured() {
    if (!CSS.supports("field-sizing", "content")) {
      box.rows = 1;
      while (box.rows < 5 && box.scrollHeight > box.clientHeight + 2) box.rows += 1;
    }
    const rest = box.maxLength - box.value.length;
    left.hidden = rest > NEAR_LIMIT;
    $("b", left).textContent = rest;
  }

  async function vote(button) {
    const votes = button.form, body = new URLSearchParams({ token: votes.elements.token.value, up: button.value });
    const pressed = $('[aria-pressed="true"]', votes);
    const press = (which) => votes.querySelectorAll("button").forEach((b) => b.setAttribute("aria-pressed", String(b === which)));
    press(button);
    try {
      await fetched(votes.action, body);
      const thanks = $(".thanks", votes.parentNode);
      thanks.hidden = false;
      told(thanks.textContent);
    } catch ({ kind }) {
      press(pressed);
      told(($(`[data-trouble="${CSS.escape(kind)}"]`) || $('[data-trouble="other"]')).textContent);
    }
  }

  async function share(link) {
    const text = link.closest(".turn")?.querySelector(".bubble")?.textContent || document.title;
    if (!navigator.share) return written(link.href, link);
    try {
      await navigator.share({ title: text, url: link.href });
    } catch (trouble) {
      if (trouble.name !== "AbortError") written(link.href, link);
    }
  }

  async function written(text, button) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      if (!copied(text)) return;
    }
    const label = $("span", button), before = label.textContent;
    if (before === button.dataset.done) return;
    label.textContent = button.dataset.done;
    told(button.dataset.done);
    setTimeout(() => { label.textContent = before; }, 2000);
  }

  // Pages without https and frames have no clipboard of their own.
  function copied(text) {
    const area = document.createElement("textarea"), focused = document.activeElement;
    area.className = "unseen";
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus({ preventScroll: true });
    return done;
  }

  // Who comes back to this page, or reloads it, finds what was asked: the server has kept it.
  function remember() {
    after = "";
    const turns = [...log.children].filter((turn) => !pending.length || !rendered.includes(turn));
    const tokens = turns.flatMap((turn) => [...turn.querySelectorAll(".card[data-token]")].map((c) => c.dataset.token));
    history.replaceState({ shown: [...pending, ...tokens].slice(-REMEMBERED), chat }, "");
  }

  async function restore() {
    if (!pending.length) return;
    try {
      const before = card(await fetched(`/turns?${new URLSearchParams(pending.map((t) => ["t", t]))}`));
      const asked = log.children.length > rendered.length;
      rendered.forEach((turn) => turn.remove());
      log.prepend(before);
      pending = [];
      remember();
      if (!asked) log.lastElementChild?.scrollIntoView({ block: "start" });
    } catch { /* they are asked for again when the page is loaded next */ }
  }
})();
