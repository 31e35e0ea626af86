// What is chosen, typed and sorted is shown without a new page: the server makes it, as it does without this script. The address
// says what is shown, so that it can be kept, sent and opened again.
(() => {
  "use strict";
  const form = document.getElementById("choose"), status = document.getElementById("found");
  let asked, waiting;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(chosen());
  });
  form.addEventListener("change", (event) => {
    if (!event.target.matches("select")) return;
    // Another plan has other areas and years: what was chosen of the one before would leave nothing.
    if (event.target.id === "plan") form.querySelectorAll("select").forEach((one) => { if (one.id !== "plan") one.value = ""; });
    show(chosen());
  });
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    if (event.target.matches("[type=search]") && !event.isComposing) waiting = setTimeout(() => show(chosen()), 250);
  });
  form.addEventListener("compositionend", () => show(chosen()));
  document.getElementById("ledger").addEventListener("click", (event) => {
    const link = event.target.closest("[data-sort]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(link.href);
  });

  function chosen() {
    return `/figures?${new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()))}`;
  }

  async function show(address) {
    clearTimeout(waiting);
    asked?.abort();
    const mine = asked = new AbortController();
    try {
      const response = await fetch(address, { signal: mine.signal });
      if (!response.ok) throw response;
      put(new DOMParser().parseFromString(await response.text(), "text/html"));
      history.replaceState(null, "", address);
    } catch {
      if (!mine.signal.aborted) status.textContent = status.dataset.failed;
    }
  }

  // Only what our own server made and escaped comes here; whoever was at a list or a column stays there.
  function put(page) {
    const at = document.activeElement?.id;
    for (const id of ["facets", "ledger"]) document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
    document.querySelector("h1").textContent = page.querySelector("h1").textContent;
    document.title = page.title;
    status.textContent = page.getElementById("found").textContent;
    if (at && document.activeElement?.id !== at) document.getElementById(at)?.focus({ preventScroll: true });
  }
})();
