// What keeps somebody out of a page, one line each: run in the page by the browser tests.
() => {
  const found = [];
  const shown = (e) => e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && !e.closest(".unseen, [hidden]");
  const name = (e) => e.getAttribute("aria-label")
    || (e.labels && [...e.labels].map((l) => l.textContent).join(""))
    || (e.getAttribute("aria-labelledby") || "").split(" ").map((id) => document.getElementById(id)?.textContent || "").join("")
    || e.textContent || e.title || "";
  const rgba = (text) => { const n = text.match(/[\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] + below[i] * (1 - top[3]));
  const light = (c) => c.map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => {
    const layers = [];
    for (let at = e; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3]) layers.unshift(colour);
    }
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };

  for (const e of document.querySelectorAll("a, button, input:not([type=hidden]), textarea, select, summary, [role=img]")) {
    if (!name(e).trim()) found.push(`no name: ${e.outerHTML.slice(0, 80)}`);
  }
  for (const e of document.querySelectorAll("a, button, textarea, select, summary")) {
    const box = e.getBoundingClientRect();
    if (shown(e) && box.height && box.bottom > 0 && (box.height < 43.5 || (box.width < 43.5 && !e.closest("p")))) {
      found.push(`small: ${e.className || e.tagName} ${name(e).trim()} ${box.width}×${box.height}`);
    }
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const e = text.parentElement;
    if (!text.data.trim() || ["SCRIPT", "TEMPLATE", "STYLE"].includes(e.tagName) || !shown(e)) continue;
    const style = getComputedStyle(e), below = ground(e);
    const ink = over(rgba(e instanceof SVGElement ? style.fill : style.color), below);
    const [a, b] = [light(ink), light(below)].sort((x, y) => y - x);
    const contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) found.push(`contrast ${contrast.toFixed(2)}: ${text.data.trim().slice(0, 20)}`);
  }
  let level = 0;
  for (const e of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    if (!e.textContent.trim()) found.push("empty heading");
    if (Number(e.tagName[1]) > level + 1) found.push(`heading out of order: ${e.textContent.trim()}`);
    level = Number(e.tagName[1]);
  }
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  found.push(...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `twice: #${id}`));
  for (const e of document.querySelectorAll("[for], [aria-describedby], [aria-labelledby], [aria-controls]")) {
    for (const id of ["for", "aria-describedby", "aria-labelledby", "aria-controls"].flatMap((a) => (e.getAttribute(a) || "").split(" ").filter(Boolean))) {
      if (!document.getElementById(id)) found.push(`points nowhere: ${id}`);
    }
  }
  for (const tag of ["header", "main", "form"]) if (!document.querySelector(tag)) found.push(`no ${tag}`);
  if (!document.documentElement.lang) found.push("no language");
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) found.push(`wider than the screen by ${wide}`);
  for (const e of document.querySelectorAll(".card *")) {
    if (shown(e) && e.getBoundingClientRect().right > innerWidth + 0.5) found.push(`out of sight: ${e.tagName} ${e.textContent.slice(0, 20)}`);
  }
  return found;
}
