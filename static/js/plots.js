// Lines of the reports for hovering and zooming: uPlot draws over the line that the server drew (data-plot), which stays
// for paper and without scripts. The library is fetched only where there is such a line.
(() => {
  const own = document.currentScript;
  const plots = new Map();

  async function start() {
    const places = [...document.querySelectorAll("[data-plot]")].filter((place) => !plots.has(place));
    if (!places.length || !(await fetched())) return;
    for (const place of places) draw(place);
  }

  function fetched() {
    if (window.uPlot) return true;
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = own.dataset.sheet;
    const script = document.createElement("script");
    script.src = own.dataset.library;
    document.head.append(sheet);
    return new Promise((done) => {
      script.onload = () => done(true);
      script.onerror = () => done(false);
      document.head.append(script);
    });
  }

  function draw(place) {
    const said = JSON.parse(place.dataset.plot);
    const old = plots.get(place);
    old?.plot.destroy();
    const frame = old?.frame ?? framed(place);
    plots.set(place, { plot: new window.uPlot(options(said, place, frame), columns(said), frame), frame });
    place.classList.add("is-live");
  }

  function framed(place) {
    const frame = document.createElement("div");
    frame.className = "al-plotframe";
    frame.setAttribute("role", "img");
    frame.setAttribute("aria-label", place.querySelector("svg").getAttribute("aria-label"));
    const tip = document.createElement("p");
    tip.className = "al-plottip";
    tip.hidden = true;
    frame.append(tip);
    place.append(frame);
    return frame;
  }

  function columns(said) {
    const places = said.values.map((_value, place) => place);
    return said.goal === null ? [places, said.values] : [places, said.values, places.map(() => said.goal)];
  }

  function options(said, place, frame) {
    const ink = (name) => inkOf(frame, name);
    const font = `12px ${getComputedStyle(frame).fontFamily}`;
    const axis = { stroke: ink("--al-ink-3"), font, ticks: { show: false } };
    const line = { stroke: ink("--al-chart-1"), width: 2, points: { show: false } };
    const goal = { stroke: ink("--al-ink-2"), width: 1, dash: [3, 3], points: { show: false } };
    return {
      width: place.clientWidth,
      height: 222,
      legend: { show: false },
      cursor: { y: false, drag: { x: true, y: false, dist: 8 }, points: { size: 11, fill: ink("--al-chart-1") } },
      scales: { x: { time: false }, y: { range: () => [0, said.top] } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 30,
          incrs: [1, 2, 3, 4, 6, 12, 24],
          values: (_plot, at) => at.map((n) => said.labels[n] ?? ""),
        },
        {
          ...axis,
          size: 64,
          grid: { stroke: ink("--al-line"), width: 1 },
          splits: () => said.grid.map(([value]) => value),
          values: () => said.grid.map(([, words]) => words),
        },
      ],
      series: said.goal === null ? [{}, line] : [{}, line, goal],
      hooks: {
        setCursor: [(plot) => tell(plot, said, frame)],
        draw: [(plot) => nameGoal(plot, said, font, ink("--al-ink")), (plot) => drawPoints(plot, said, ink)],
      },
    };
  }

  // A canvas does not know light-dark(), so the colour is what an element would have.
  function inkOf(element, name) {
    element.style.color = `var(${name})`;
    const { color } = getComputedStyle(element);
    element.style.color = "";
    return color;
  }

  function tell(plot, said, frame) {
    const tip = frame.querySelector(".al-plottip");
    const place = plot.cursor.idx;
    tip.hidden = place === null || place === undefined;
    if (tip.hidden) return;
    tip.textContent = `${said.labels[place]}: ${said.words[place]}`;
    const left = plot.valToPos(place, "x") + plot.over.offsetLeft;
    tip.style.left = `${Math.min(Math.max(left - tip.offsetWidth / 2, 0), frame.clientWidth - tip.offsetWidth)}px`;
  }

  function nameGoal(plot, said, font, ink) {
    if (said.goal === null) return;
    const scale = window.devicePixelRatio;
    const { ctx } = plot;
    ctx.save();
    ctx.font = font.replace("12px", `600 ${12 * scale}px`);
    ctx.fillStyle = ink;
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    ctx.fillText(said.goalWords, plot.bbox.left + 8 * scale, plot.valToPos(said.goal, "y", true) - 6 * scale);
    ctx.restore();
  }

  // As the server draws them: what misses the goal is red, the week that is not over is hollow.
  function drawPoints(plot, said, ink) {
    const scale = window.devicePixelRatio;
    const { ctx } = plot;
    ctx.save();
    ctx.lineWidth = 2 * scale;
    said.values.forEach((value, place) => {
      if (value === null || place < plot.scales.x.min || place > plot.scales.x.max) return;
      ctx.beginPath();
      ctx.arc(plot.valToPos(place, "x", true), plot.valToPos(value, "y", true), 4 * scale, 0, 2 * Math.PI);
      ctx.strokeStyle = ink(said.missed[place] ? "--al-bad-fill" : "--al-chart-1");
      ctx.fillStyle = place === said.running ? ink("--al-surface") : ctx.strokeStyle;
      ctx.fill();
      if (place === said.running) ctx.stroke();
    });
    ctx.restore();
  }

  function again() {
    for (const place of plots.keys()) draw(place);
  }

  addEventListener("resize", () => {
    for (const [place, { plot }] of plots) plot.setSize({ width: place.clientWidth, height: 222 });
  });
  new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
  document.addEventListener("DOMContentLoaded", start);
  if (document.readyState !== "loading") start();
})();
