"use strict";
(() => {
  const pulse = document.getElementById("pulse"), follows = document.body.dataset.follows;
  const quiet = 1000; // ms between two loads of a page

  // opened are the details that somebody has opened, by their place, and what has the focus; both outlive a load.
  const kept = () => ({
    opened: [...document.querySelectorAll("main details")].map((d) => d.open),
    focus: document.activeElement && document.activeElement.id,
  });
  const restore = (was) => {
    document.querySelectorAll("main details").forEach((d, i) => { if (was.opened[i]) d.open = true; });
    const back = was.focus && document.getElementById(was.focus);
    if (back) back.focus();
  };

  // busy: somebody is writing, or marking text; a page is not changed under their hands.
  const busy = () => {
    const at = document.activeElement;
    return (at && /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) || !getSelection().isCollapsed;
  };

  let waiting = 0, last = 0;
  const load = async () => {
    waiting = 0;
    if (busy()) {
      waiting = setTimeout(load, quiet);
      return;
    }
    last = Date.now();
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.redirected) return location.reload();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html"), main = page.querySelector("main");
      if (!main) return;
      const was = kept();
      document.querySelector("main").replaceChildren(...document.importNode(main, true).childNodes);
      document.title = page.title;
      restore(was);
      document.dispatchEvent(new Event("culprit:fresh"));
    } catch {
      say("off", "no connection");
    }
  };
  const soon = () => { if (!waiting) waiting = setTimeout(load, Math.max(0, last + quiet - Date.now())); };

  const say = (state, text) => {
    if (!pulse || (pulse.classList.contains(state) && pulse.textContent === text)) return;
    pulse.className = "pulse " + state;
    pulse.textContent = text;
  };
  if (pulse) {
    let lost = false;
    const news = new EventSource("/news");
    news.onopen = () => {
      say("on", "up to date");
      if (lost && follows) soon();
      lost = false;
    };
    news.onerror = () => {
      lost = true;
      say("off", "no connection");
    };
    for (const kind of ["events", "report"]) news.addEventListener(kind, () => { if (follows === kind || (follows && kind === "report")) soon(); });
    addEventListener("pagehide", () => news.close());
  }

  const statement = document.getElementById("q");
  if (statement) statement.addEventListener("keydown", (e) => {
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) statement.form.requestSubmit();
  });
})();
