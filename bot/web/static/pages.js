// Finds in a plan while one types. Without this script the same is done by the server.
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

  const tell = (count, more) => {
    const kind = more ? (count ? "both" : "meant") : (count ? "some" : "none");
    const sentence = status.dataset[kind].replace("#", count).replace("+", more);
    status.textContent = words().length ? sentence : "";
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
    tell(found.length, other.length);
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

  let waiting;
  input.addEventListener("input", (event) => {
    if (event.isComposing) return; // the pinyin of a word that is still being typed
    clearTimeout(waiting);
    waiting = setTimeout(findClauses, 120);
  });
  input.addEventListener("compositionend", findClauses);
})();
