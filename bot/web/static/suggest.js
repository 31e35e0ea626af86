// Questions that what is typed may be the beginning of, above the line: those of this chat, then those that the server knows
// to be answered. It is fetched with the first letter that is typed.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const form = $("#ask"), box = $("#question"), list = $("#suggestions"), status = $("#suggested");
  const WAIT = 120, MOST = 6, OWN = 2, LONGEST = 40;
  const known = new Map(); // what was typed: what came back
  let waiting, asking;
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-haspopup", "listbox");
  box.setAttribute("aria-controls", list.id);
  box.addEventListener("input", (event) => event.isComposing || soon());
  box.addEventListener("compositionend", soon);
  box.addEventListener("keydown", keys, true);
  box.addEventListener("blur", close);
  form.addEventListener("submit", close, true);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the line keeps the focus
  list.addEventListener("click", (event) => { const option = event.target.closest("li"); if (option) choose(option); });
  soon();

  function soon() {
    clearTimeout(waiting);
    asking?.abort();
    waiting = setTimeout(look, WAIT);
  }

  async function look() {
    const text = box.value.trim();
    const found = text && text.length <= LONGEST ? known.get(text) || (await fetched(text)) : [];
    if (text === box.value.trim() && document.activeElement === box) show(text ? [...earlier(text), ...found] : []);
  }

  async function fetched(text) {
    asking = new AbortController();
    const query = new URLSearchParams({ q: text, plan: form.elements.plan?.value || "" });
    try {
      const response = await fetch(`/suggest?${query}`, { signal: asking.signal });
      const found = response.ok ? (await response.json()).map((text) => ({ text })) : [];
      if (response.headers.get("Cache-Control") !== "no-store") known.set(text, found);
      return found;
    } catch {
      return [];
    }
  }

  // What was asked in this chat and answered, the newest first.
  function earlier(text) {
    const turns = [...document.querySelectorAll("#log .turn")].filter((turn) => $(".card[data-token]:not(.gentle)", turn)).reverse();
    const said = turns.map((turn) => ({ text: $(".bubble", turn).textContent, turn }));
    return said.filter((one, n) => one.text.includes(text) && said.findIndex((other) => other.text === one.text) === n).slice(0, OWN);
  }

  function show(found) {
    const some = found.filter((one, n) => found.findIndex((other) => other.text === one.text) === n).slice(0, MOST);
    list.replaceChildren(...some.map(option));
    opened(some.length > 0);
    status.textContent = some.length ? status.dataset.some.replace("#", list.children.length) : "";
  }

  function option({ text, turn }, place) {
    const item = document.createElement("li"), words = document.createElement("span");
    Object.assign(item, { id: `suggestion-${place}`, question: text, turn });
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    words.textContent = text;
    item.append(words);
    if (turn) item.append(Object.assign(document.createElement("span"), { className: "tag", textContent: status.dataset.own }));
    return item;
  }

  // What stands right above the line stays there, above the list: nothing of an answer is covered.
  function opened(open) {
    const edge = () => scrollY + form.getBoundingClientRect().top, before = edge();
    list.hidden = !open;
    marked(null);
    while (list.scrollHeight > list.clientHeight + 1 && list.children.length > 1) list.lastChild.remove(); // a low window
    scrollBy({ top: before - edge(), behavior: "instant" });
  }

  function close() {
    clearTimeout(waiting);
    asking?.abort();
    status.textContent = "";
    if (!list.hidden) opened(false);
  }

  function marked(option) {
    for (const one of list.children) one.setAttribute("aria-selected", String(one === option));
    if (option) box.setAttribute("aria-activedescendant", option.id);
    else box.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  // From the last one down, and from the first one up, one is back in the line.
  function keys(event) {
    if (list.hidden || event.isComposing || event.keyCode === 229 || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    const options = [...list.children], chosen = $('[aria-selected="true"]', list), place = options.indexOf(chosen);
    if (event.key === "ArrowDown") marked(options[place + 1] || null);
    else if (event.key === "ArrowUp") marked(options[place < 0 ? options.length - 1 : place - 1] || null);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen) choose(chosen);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // A question is asked; to one of this chat that was answered it goes back.
  function choose({ question, turn }) {
    box.value = turn ? "" : question;
    close();
    if (!turn) return form.requestSubmit();
    box.dispatchEvent(new Event("input", { bubbles: true }));
    turn.scrollIntoView({ block: "start" });
    status.textContent = $(".card", turn).dataset.said;
  }
})();
