// Finds while one types, and sorts without a new page. Without this script the same is done by the server.
(() => {
  "use strict";
  const form = document.querySelector("form[data-live]");
  if (!form) return;
  const input = form.querySelector("input[type=search]");
  const status = document.getElementById("found");
  const clear = document.getElementById("clear");
  const contents = document.querySelector(".contents");
  if (contents && matchMedia("(min-width: 64rem)").matches) contents.open = true;

  const words = () => input.value.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (text, wanted) => wanted.every((word) => text.includes(word));

  const tell = (count, always, more = 0) => {
    const kind = more ? (count ? "both" : "meant") : (count ? "some" : "none");
    const sentence = status.dataset[kind].replace("#", count).replace("+", more);
    status.textContent = always || words().length ? sentence : "";
    if (clear) clear.hidden = !words().length;
  };

  // The address says what is shown, so that it can be kept, sent and opened again.
  const address = (changes) => {
    const url = new URL(location.href);
    for (const [name, value] of Object.entries(changes)) {
      if (value) url.searchParams.set(name, value);
      else url.searchParams.delete(name);
    }
    history.replaceState(null, "", url);
    return url.search;
  };

  const paint = (sections, wanted) => {
    if (!window.Highlight || !CSS.highlights) return;
    const ranges = [];
    for (const section of sections) {
      const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const text = walker.currentNode.data.toLowerCase();
        for (const word of wanted) {
          for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
            const range = new Range();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + word.length);
            ranges.push(range);
          }
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  };

  // Clauses that hold the words are found at once; those that speak of it in other words are asked of the server, which
  // understands what the chat understands, and come after them.
  const sections = [...document.querySelectorAll(".clause")];
  const number = (section) => Number(section.id.replace("clause-", ""));
  const texts = new Map(sections.map((section) => [section, section.textContent.toLowerCase()]));
  const chapters = [...document.querySelectorAll(".chapter:not(#meant)")], meant = document.getElementById("meant");
  const home = new Map(sections.map((s) => [s, s.dataset.chapter ? chapters[s.dataset.chapter] : s.closest(".chapter")]));
  if (meant && !meant.firstElementChild) meant.append(Object.assign(document.createElement("h2"), { textContent: meant.dataset.name }));
  sections.sort((a, b) => number(a) - number(b));

  const showClauses = (found, other, wanted) => {
    document.querySelectorAll("mark.found").forEach((mark) => mark.classList.remove("found"));
    sections.forEach((section) => {
      section.hidden = !found.includes(section) && !other.includes(section);
      (other.includes(section) ? meant : home.get(section)).append(section);
    });
    [...chapters, meant].forEach((chapter) => { chapter.hidden = !chapter.querySelector(".clause:not([hidden])"); });
    paint([...found, ...other], wanted);
    tell(found.length, false, other.length);
  };

  let asking;
  const findClauses = () => {
    const wanted = words(), search = input.value.trim();
    showClauses(sections.filter((section) => holds(texts.get(section), wanted)), [], wanted);
    address({ search });
    clearTimeout(asking);
    if (search) asking = setTimeout(() => understand(search), 300);
  };
  const understand = async (search) => {
    const query = new URLSearchParams({ plan: form.elements.plan.value, search });
    const answer = await fetch(`/plan/found?${query}`).then((r) => (r.ok ? r.json() : null), () => null);
    if (!answer || search !== input.value.trim()) return;
    const these = (numbers) => sections.filter((section) => numbers.includes(number(section)));
    showClauses(these(answer.found), these(answer.meant), answer.words);
  };

  const body = document.querySelector("tbody");
  const rows = body ? [...body.rows] : [];
  const findFigures = () => {
    const wanted = words();
    let found = rows.filter((row) => holds(row.dataset.says, wanted));
    if (!found.length) found = rows.filter((row) => holds(row.dataset.about, wanted));
    rows.forEach((row) => { row.hidden = !found.includes(row); });
    tell(found.length, true);
    follow({ words: input.value.trim() });
  };

  // What is shown is what the links lead to and what is taken away.
  const follow = (changes) => {
    const search = address(changes);
    document.querySelectorAll("[data-download]").forEach((link) => { link.search = search; });
    document.querySelectorAll("[data-sort]").forEach((link) => {
      const url = new URL(link.href);
      for (const [name, value] of new URLSearchParams(search)) {
        if (name !== "sort" && name !== "order") url.searchParams.set(name, value);
      }
      if (!input.value.trim()) url.searchParams.delete("words");
      link.search = url.search;
    });
  };

  const sort = (link) => {
    const head = link.closest("th");
    const by = link.dataset.sort;
    const turned = head.getAttribute("aria-sort");
    const falling = turned ? turned === "ascending" : by === "value";
    document.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const rank = (row) => (falling ? (by === "value" ? +row.dataset.fall : -row.dataset[by]) : +row.dataset[by]);
    body.append(...rows.sort((a, b) => rank(a) - rank(b)));
    form.elements.sort.value = by;
    form.elements.order.value = falling ? "desc" : "asc";
    follow({ sort: by, order: falling ? "desc" : "asc" });
  };

  const find = form.dataset.live === "plan" ? findClauses : findFigures;
  let waiting;
  input.addEventListener("input", (event) => {
    if (event.isComposing) return; // the pinyin of a word that is still being typed
    clearTimeout(waiting);
    waiting = setTimeout(find, 120);
  });
  input.addEventListener("compositionend", find);
  document.querySelector("thead")?.addEventListener("click", (event) => {
    const link = event.target.closest("[data-sort]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    sort(link);
  });
})();
