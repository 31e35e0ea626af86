// The chat without reloading: what is sent becomes a bubble, what comes back from our own server a card below it.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const form = $("#ask"), box = $("#question"), log = $("#log"), status = $("#status"), left = $("#left"), fresh = $("#fresh");
  const embedded = document.body.classList.contains("embedded");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const NEAR_LIMIT = 100, PATIENCE = 20000, REMEMBERED = 20;
  const KEY = "yaodian:chat";
  let busy = false;
  // The chat of this tab, on whichever of our pages: its name, the tokens of what was shown and the questions that had no
  // answer, and the token of the answer to go on from. What this page itself came with is the newest in it.
  const kept = recalled();
  const rendered = [...log.children], came = rendered.flatMap(tokens);
  if (came.length && history.state?.chat !== kept.chat && !came.every((token) => kept.shown.includes(token))) {
    kept.shown.push(...came);
    kept.after = came.at(-1);
  }
  let pending = kept.shown.slice();
  if (came.length) keep();
  restore();
  if (embedded && parent !== self) parent.postMessage("yaodian:ready", "*");
  if (matchMedia("(pointer: fine)").matches && !embedded) box.focus({ preventScroll: true });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (busy || !text) return;
    box.value = "";
    measured();
    show({ text, typed: true, after: kept.after });
  });
  fresh.addEventListener("submit", () => { try { sessionStorage.removeItem(KEY); } catch { /* nothing is kept */ } });
  // 229: Safari ends a composition before it tells of the Enter that ended it.
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    form.requestSubmit();
  });
  box.addEventListener("input", measured);
  box.addEventListener("input", () => document.head.append(Object.assign(document.createElement("script"), { src: form.dataset.suggest })), { once: true });
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
    [".onward", (button) => !busy && show({ text: words(button), said: button.value, after: tokens(button.closest(".turn")).at(-1) })],
    [".chip, .choice", (link) => !busy && show({ text: words(link), href: link.getAttribute("href") })],
    [".votes button", vote],
    [".copy", (button) => written(button.dataset.copy, button)],
    [".share", share],
  ];

  // A turn: the bubble at once, dots while the answer is awaited, then the card, or what went wrong and a way to retry.
  function show(asked) {
    const turn = bubble(asked);
    log.append(turn);
    fresh.hidden = false;
    remember();
    return answered(turn, asked);
  }

  function bubble(asked) {
    const turn = document.createElement("section"), heading = document.createElement("h2");
    turn.className = "turn";
    turn.unanswered = asked;
    heading.className = "asked";
    const who = document.createElement("span"), said = document.createElement("span");
    who.className = "unseen";
    who.textContent = log.dataset.who;
    said.className = "bubble";
    said.textContent = asked.text;
    heading.append(who, said);
    turn.append(heading);
    return turn;
  }

  async function answered(turn, asked) {
    busy = true;
    form.setAttribute("aria-busy", "true");
    const waiting = $("#waiting").content.firstElementChild.cloneNode(true);
    turn.append(waiting);
    scrolled(turn);
    try {
      turn.append(card(await fetched(...request(asked))));
      told($(".card:last-child", turn).dataset.said || "");
      kept.after = "";
      remember();
    } catch (trouble) {
      turn.append(failed(turn, trouble, asked));
      if (asked.typed && !box.value) { box.value = asked.text; measured(); }
    } finally {
      waiting.remove();
      busy = false;
      form.removeAttribute("aria-busy");
      scrolled(turn);
    }
  }

  function request({ text, said, href, after }) {
    return href ? [href] : [form.action, new URLSearchParams({ q: said || text, after: after || "", plan: form.elements.plan?.value || "" })];
  }

  async function fetched(address, body) {
    if (navigator.onLine === false) throw { kind: "offline" };
    const headers = { "X-Requested-With": "fetch", "X-Chat": kept.chat };
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

  function words(touched) {
    return touched.textContent.trim();
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

  function failed(turn, { kind, seconds }, asked) {
    const trouble = $("#failed").content.firstElementChild.cloneNode(true);
    const said = sentence(kind);
    const wait = $("[data-seconds]", said);
    const text = wait && seconds > 0 ? said.textContent.replace(wait.textContent, ` ${Number(seconds)} 秒`) : said.textContent;
    $(".words", trouble).textContent = text;
    told(text);
    $(".again", trouble).addEventListener("click", () => {
      if (busy) return;
      trouble.remove();
      if (asked.typed && box.value === asked.text) { box.value = ""; measured(); }
      box.focus({ preventScroll: true });
      answered(turn, asked);
    });
    return trouble;
  }

  function sentence(kind) {
    return $(`[data-trouble="${CSS.escape(kind || "other")}"]`) || $('[data-trouble="other"]');
  }

  // The question is in sight with what answers it first: where both do not fit, the answer alone.
  function scrolled(turn) {
    const answer = $(".number, .help, .card p, blockquote", turn)?.getBoundingClientRect().bottom || 0;
    const top = document.querySelector(".top"), over = getComputedStyle(top).position === "sticky" ? top.offsetHeight : 0;
    const room = form.getBoundingClientRect().top - over;
    const place = [turn, $(".card", turn), $(".big, .help", turn)].find((e) => e && answer - e.getBoundingClientRect().top < room);
    (place || $(".card", turn) || turn).scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
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
      told(sentence(kind).textContent);
    }
  }

  // The link that always opens this answer, which the server keeps meanwhile: browsers share and copy only at the tap itself.
  async function share(link) {
    const text = link.closest(".turn")?.querySelector(".bubble")?.textContent || document.title;
    const lasting = link.dataset.kept, url = new URL(lasting || link.href, location).href;
    const keeping = lasting && fetched("/share", new URLSearchParams({ token: link.closest(".card").dataset.token }));
    if (keeping) keeping.catch(({ kind }) => { written(link.href, link); told(sentence(kind).textContent); });
    if (!navigator.share) return written(url, link);
    try {
      await navigator.share({ title: text, url });
    } catch (failure) {
      if (failure.name !== "AbortError") written(url, link);
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

  // --- the chat of the tab: who comes back finds what was asked, since the server has kept it

  function recalled() {
    const name = form.elements.chat?.value || `web:${random(32)}`;
    try {
      return { chat: name, shown: [], after: "", ...JSON.parse(sessionStorage.getItem(KEY)) };
    } catch {
      return { chat: name, shown: [], after: "" };
    }
  }

  function remember() {
    const turns = [...log.children].filter((turn) => !pending.length || !rendered.includes(turn));
    kept.shown = [...pending, ...turns.flatMap(entries)].slice(-REMEMBERED);
    keep();
  }

  function keep() {
    try { sessionStorage.setItem(KEY, JSON.stringify(kept)); } catch { /* then it lasts as long as the page */ }
    history.replaceState({ chat: kept.chat }, "");
    const shown = kept.shown.filter((entry) => typeof entry === "string");
    const open = $(".open");
    const query = asked(shown), plan = form.elements.plan?.value;
    if (plan) query.set("plan", plan);
    if (open) open.href = `/${String(query) && `?${query}`}`;
  }

  function tokens(turn) {
    return [...turn.querySelectorAll(".card[data-token]")].map((c) => c.dataset.token);
  }

  function entries(turn) {
    const shown = tokens(turn);
    return shown.length || !turn.unanswered ? shown : [turn.unanswered];
  }

  function asked(shown) {
    return new URLSearchParams(shown.map((token) => ["t", token]));
  }

  async function restore() {
    const shown = pending.filter((entry) => typeof entry === "string");
    if (pending.join() === came.join()) pending = [];
    if (!pending.length) return;
    try {
      const turns = shown.length ? [...card(await fetched(`/turns?${asked(shown)}`)).children] : [];
      const newer = log.children.length > rendered.length;
      rendered.filter((turn) => tokens(turn).length).forEach((turn) => turn.remove());
      log.prepend(...pending.flatMap((entry) => (entry.text ? [again(entry)] : turns.filter((turn) => tokens(turn).includes(entry)))));
      pending = [];
      fresh.hidden = !log.children.length;
      remember();
      if (!newer) log.lastElementChild?.scrollIntoView({ block: "start" });
    } catch { /* they are asked for again when the page is loaded next */ }
  }

  function again(asked) {
    const turn = bubble(asked);
    turn.append(failed(turn, {}, asked));
    return turn;
  }
})();
