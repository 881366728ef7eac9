"use strict";
(() => {
  const kinds = 6;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const pad = (n) => String(n).padStart(2, "0");
  const clock = (t) => {
    const d = new Date(t * 1000);
    return pad(d.getUTCHours()) + ":" + pad(d.getUTCMinutes()) + ":" + pad(d.getUTCSeconds());
  };
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const element = (name, attributes, text) => {
    const e = document.createElement(name);
    for (const key in attributes) e.setAttribute(key, attributes[key]);
    if (text) e.textContent = text;
    return e;
  };

  // spoken is a bucket in words.
  const spoken = (data, i) => {
    const failed = data.failed.filter((s) => s.values[i] > 0).map((s) => (s.name === "failed" ? "" : s.name + " ") + "×" + s.values[i]);
    const near = data.marks.filter((m) => m.time >= data.times[i] && m.time < data.times[i] + data.step).map((m) => m.number + ": " + m.text);
    return clock(data.times[i]) + " UTC · " + data.total[i] + " requests · " + (failed.length ? "failed: " + failed.join(", ") : "none failed") +
      (near.length ? " · change " + near.join("; ") : "");
  };

  // behind shades the incident, before the curves are drawn.
  const behind = (data) => (u) => {
    const ratio = devicePixelRatio, box = u.bbox;
    const inside = (t) => Math.min(Math.max(u.valToPos(t, "x", true), box.left), box.left + box.width);
    const from = inside(data.start), to = Math.max(inside(data.end), from + ratio);
    u.ctx.save();
    u.ctx.fillStyle = color("span");
    u.ctx.fillRect(from, box.top, to - from, box.height);
    u.ctx.restore();
  };

  // marks draws the changes, over the curves.
  const marks = (data) => (u) => {
    const ratio = devicePixelRatio, box = u.bbox, ctx = u.ctx;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = color("mark");
    ctx.font = "600 " + 12 * ratio + "px system-ui, sans-serif";
    ctx.textAlign = "center";
    const labels = []; // those too near to each other share one
    for (const m of data.marks) {
      const x = u.valToPos(m.time, "x", true);
      if (x < box.left || x > box.left + box.width) continue;
      const near = labels[labels.length - 1];
      if (m.silent) { /* a line alone */ }
      else if (near && x - near.x < 16 * ratio) near.last = m.number;
      else labels.push({ x, first: m.number, last: m.number });
      const blamed = m.verdict === "blamed";
      ctx.lineWidth = (blamed ? 2.5 : 1) * ratio;
      ctx.setLineDash(blamed ? [] : [4 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x, box.top);
      ctx.lineTo(x, box.top + box.height);
      ctx.stroke();
    }
    for (const l of labels) ctx.fillText(l.first === l.last ? l.first : l.first + "–" + l.last, l.x, box.top - 5 * ratio);
    ctx.restore();
  };

  // rows are the curves: all requests, then the failed, stacked, the highest stack first so that lower ones are drawn over it. A last
  // point closes the last bucket.
  const rows = (data) => {
    const stacks = [];
    let below = data.times.map(() => 0);
    for (const s of data.failed) {
      below = below.map((n, i) => n + s.values[i]);
      stacks.unshift(below.map((n, i) => (s.values[i] > 0 ? n : null)).concat(null));
    }
    const end = data.times[data.times.length - 1] + data.step;
    return [data.times.concat(end), data.total.concat(data.total[data.total.length - 1]), ...stacks];
  };

  const options = (data, width, say, sync, zoomed) => {
    const axis = { stroke: color("faint"), grid: { stroke: color("line"), width: 1 }, ticks: { stroke: color("line"), width: 1 }, font: "12px system-ui, sans-serif" };
    const stacked = data.failed.map((s, i) => ({
      label: s.name, fill: color("s" + Math.min(i + 1, kinds)), width: 0, points: { show: false },
      paths: uPlot.paths.bars({ size: [1, Infinity], align: 1, gap: 0 }),
    })).reverse();
    return {
      width, height: Math.max(220, Math.min(320, width / 2)), padding: [18, 34, 0, 0],
      legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false }, sync: { key: sync, setSeries: false } },
      scales: { x: { time: true }, y: { range: (u, low, high) => [0, Math.max(1, high) * 1.05] } },
      axes: [
        { ...axis, space: 80, values: (u, ticks) => ticks.map(clock) },
        { ...axis, size: 56, values: (u, ticks) => ticks.map((n) => (n === Math.round(n) ? n.toLocaleString("en") : "")) },
      ],
      series: [{}, { label: "requests", stroke: color("total"), fill: color("total-fill"), width: 1.5, points: { show: false }, paths: uPlot.paths.stepped({ align: 1 }) }, ...stacked],
      hooks: {
        drawClear: [behind(data)],
        draw: [marks(data)],
        setCursor: [(u) => say(u.cursor.idx)],
        setScale: [zoomed],
      },
    };
  };

  const axes = (data) => {
    const axis = { stroke: color("faint"), grid: { stroke: color("line"), width: 1 }, ticks: { stroke: color("line"), width: 1 }, font: "12px system-ui, sans-serif" };
    return [{ ...axis, space: 80, values: (u, ticks) => ticks.map(clock) }, { ...axis, size: 56, gap: 3, ticks: { show: false } }];
  };

  // figures writes a value of a panel.
  const figures = (p, v) => {
    if (p.unit === "ms") return v >= 1000 ? (v / 1000).toLocaleString("en", { maximumFractionDigits: 1 }) + " s" : Math.round(v) + " ms";
    return v.toLocaleString("en", { maximumFractionDigits: v < 10 ? 2 : 0 }) + (p.unit === "%" ? " %" : "");
  };
  // told are the values of a bucket in words.
  const told = (p, i) => p.series.map((s) => {
    if (s.values[i] == null || (p.kind === "bars" && !s.values[i])) return "";
    return s.name + (s.texts ? ": " + s.texts[i] : " " + figures(p, s.values[i]));
  }).filter(Boolean).join(" · ");

  // heat draws the strips: a row a series, the first on top.
  const heat = (data, p) => (u) => {
    const { ctx } = u, ratio = devicePixelRatio, rows = p.series.length, box = u.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(box.left, box.top, box.width, box.height);
    ctx.clip();
    p.series.forEach((s, row) => s.values.forEach((v, i) => {
      if (v == null) return;
      const from = u.valToPos(data.times[i], "x", true), to = u.valToPos(data.times[i] + data.step, "x", true);
      const top = u.valToPos(rows - row, "y", true), bottom = u.valToPos(rows - row - 1, "y", true);
      ctx.fillStyle = color("h" + Math.ceil(v * 5));
      ctx.fillRect(from, top + ratio, Math.ceil(to - from), bottom - top - 2 * ratio);
    }));
    ctx.restore();
  };

  const panelOptions = (data, p, width, sync, hooks) => {
    const rows = p.series.length, [wide, y] = axes(data), x = { ...wide, size: 28 }, strips = p.kind === "heat";
    let below = data.times.map(() => 0);
    const table = [data.times.concat(data.times[data.times.length - 1] + data.step)];
    const series = [{}];
    if (strips) {
      table.push(data.times.map(() => null).concat(null));
      series.push({ paths: () => null, points: { show: false } });
    } else if (p.kind === "bars") {
      const stacks = p.series.map((s) => {
        below = below.map((n, i) => n + (s.values[i] || 0));
        return [below.map((n, i) => (s.values[i] > 0 ? n : null)).concat(null), s];
      }).reverse();
      for (const [values, s] of stacks) {
        table.push(values);
        series.push({ fill: color("s" + s.color), width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [1, Infinity], align: 1, gap: 0 }) });
      }
    } else {
      for (const s of p.series) {
        const last = s.values[s.values.length - 1];
        table.push(s.values.concat(last).map((v) => (p.log && v != null ? Math.max(v, p.low) : v)));
        series.push({ stroke: color("s" + s.color), width: 1.5, spanGaps: true, points: { show: s.values.filter((v) => v != null).length < 3 } });
      }
    }
    // Between two lines of a panel of durations lies a band.
    const bands = p.log ? p.series.slice(1).map((s, i) => ({ series: [i + 1, i + 2], fill: color("s" + s.color) + "38" })) : [];
    const range = strips ? () => [0, rows] : p.unit === "%" ? () => [0, 100] : (u, low, high) => [0, Math.max(high || 0, 1e-9) * 1.05];
    const options = {
      width, bands, height: strips ? 24 * rows + 34 : 140, padding: [6, 34, 0, 0], legend: { show: false },
      cursor: { y: false, points: { show: false }, drag: { x: true, y: false }, sync: { key: sync, setSeries: false } },
      scales: { x: { time: true }, y: p.log ? { distr: 3, range: [p.low, p.high] } : { range } },
      axes: [x, strips
        ? { ...y, grid: { show: false }, splits: () => p.series.map((s, i) => i + 0.5), values: () => p.series.map((s) => s.name).reverse() }
        : { ...y, values: (u, ticks) => ticks.map((n) => (n == null || (p.unit === "messages" && n % 1) ? "" : p.log && n < 1 ? n + " ms" : figures(p, n))) }],
      series, hooks: { ...hooks, drawClear: [behind(data)], draw: strips ? [heat(data, p)] : [marks({ ...data, marks: data.marks.map((m) => ({ ...m, silent: true })) })] },
    };
    return [options, table];
  };

  const show = (figure) => {
    const data = JSON.parse(document.getElementById("chart-" + figure.dataset.chart).textContent);
    const table = rows(data), count = data.times.length, still = figure.querySelector(".still");
    const plot = element("div", {
      class: "plot", tabindex: "0", role: "group",
      "aria-label": still.getAttribute("aria-label") + " Left and right arrow move through time, plus and minus zoom, Escape shows all.",
    });
    const tools = element("div", { class: "tools" });
    const hint = "Drag to zoom; point at the picture for numbers.";
    const said = element("output", { "aria-live": "polite" }, hint);
    still.after(plot, tools);
    figure.classList.add("live");
    let chart, at = -1, moved = false;

    // Panels share the axis of time: what one shows, all show.
    const panels = [...figure.querySelectorAll(".panel")].map((box, i) => {
      const place = element("div", { class: "plot", role: "presentation" }), drawn = box.querySelector(".still");
      drawn.after(place);
      return { place, data: data.panels[i], readout: box.querySelector(".readout"), chart: null };
    });
    const say = (i) => {
      const known = i != null && i >= 0;
      if (known) i = Math.min(i, count - 1);
      said.textContent = known ? spoken(data, i) : hint;
      for (const p of panels) p.readout.textContent = known ? told(p.data, i) : "";
    };
    const range = () => [chart.scales.x.min, chart.scales.x.max];
    const whole = () => chart.setScale("x", { min: table[0][0], max: table[0][count] });
    const zoom = (factor) => {
      const [min, max] = range(), middle = at >= 0 && moved ? table[0][at] : (min + max) / 2;
      const half = Math.max((max - min) * factor, 2 * data.step) / 2;
      chart.setScale("x", { min: Math.max(table[0][0], middle - half), max: Math.min(table[0][count], middle + half) });
    };
    const move = (to) => {
      at = Math.max(0, Math.min(count - 1, to));
      moved = true;
      const [min, max] = range(), t = table[0][at];
      if (t < min || t > max) chart.setScale("x", { min: t - (max - min) / 2, max: t + (max - min) / 2 });
      chart.setCursor({ left: chart.valToPos(t + data.step / 2, "x"), top: 10 });
      say(at);
    };
    const first = () => Math.max(0, data.times.findIndex((t) => t + data.step > data.start));

    for (const [text, act] of [["Zoom in", () => zoom(0.5)], ["Zoom out", () => zoom(2)], ["Whole time", whole]]) {
      const b = element("button", { type: "button" }, text);
      b.addEventListener("click", act);
      tools.append(b);
    }
    tools.append(said);
    plot.addEventListener("keydown", (e) => {
      const acts = {
        ArrowLeft: () => move(at < 0 ? first() : at - 1), ArrowRight: () => move(at < 0 ? first() : at + 1),
        Home: () => move(0), End: () => move(count - 1),
        "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(2), Escape: whole,
      };
      if (!acts[e.key] || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      acts[e.key]();
    });

    const sync = "chart-" + figure.dataset.chart;
    let zooming = false;
    const zoomed = (u, key) => {
      if (key !== "x" || zooming) return;
      zooming = true;
      const { min, max } = u.scales.x;
      for (const c of [chart, ...panels.map((p) => p.chart)]) if (c && c !== u && (c.scales.x.min !== min || c.scales.x.max !== max)) c.setScale("x", { min, max });
      zooming = false;
    };
    const draw = () => {
      if (chart) chart.destroy();
      chart = null;
      const width = Math.max(plot.clientWidth, 240);
      for (const p of panels) {
        if (p.chart) p.chart.destroy();
        p.chart = null;
      }
      chart = new uPlot(options(data, width, say, sync, zoomed), table, plot);
      for (const p of panels) {
        const [settings, values] = panelOptions(data, p.data, width, sync, { setScale: [zoomed] });
        p.chart = new uPlot(settings, values, p.place);
      }
    };
    draw();
    dark.addEventListener("change", draw);
    const fit = () => {
      const width = Math.max(plot.clientWidth, 240);
      if (plot.clientWidth && width !== chart.width) {
        chart.setSize({ width, height: Math.max(220, Math.min(320, width / 2)) });
        for (const p of panels) p.chart.setSize({ width, height: p.chart.height });
      }
    };
    new ResizeObserver(() => requestAnimationFrame(fit)).observe(plot);
  };
  const fresh = () => document.querySelectorAll("figure.chart:not(.live)").forEach(show);
  document.addEventListener("culprit:fresh", fresh);
  fresh();

  // A link into a closed part opens it; a printed report has all parts open but the one for editing.
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") target.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open]):not(.postmortem)")];
    opened.forEach((d) => { d.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((d) => { d.open = false; }));

  const copy = document.getElementById("copy"), text = document.getElementById("markdown"), copied = document.getElementById("copied");
  if (copy) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.value);
        copied.textContent = "Copied.";
      } catch {
        text.select();
        copied.textContent = "Selected: copy it with your keyboard.";
      }
    });
  }
})();
