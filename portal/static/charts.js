// Draws the table beneath a chart's place as bars. The table is the data: without scripts, or where this fails, it is all there is.
"use strict";

(() => {
  const MOST_ROWS = 12;
  const root = getComputedStyle(document.documentElement);
  const colour = (name) => root.getPropertyValue(name).trim();
  const letters = () => parseFloat(getComputedStyle(document.body).fontSize) * 0.9;

  // The rows of a table: the name in its row header, and the numbers of the columns that were asked for.
  function read(table, columns) {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].slice(0, MOST_ROWS).reverse();
    return {
      names: rows.map((row) => row.cells[0].textContent.trim()),
      bars: columns.map((column) => ({
        name: heads[column],
        values: rows.map((row) => row.cells[column].dataset.value).map((value) => (value ? Number(value) : null)),
      })),
    };
  }

  function options({ names, bars }, { unit, size, narrow }) {
    const text = { color: colour("--ink"), fontSize: size, fontFamily: getComputedStyle(document.body).fontFamily };
    return {
      animation: false,
      textStyle: text,
      grid: { top: size * 0.3, bottom: size * 0.5, left: 0, right: size * 3.4, containLabel: true },
      xAxis: { type: "value", min: 0, max: unit === "%" ? 100 : null, minInterval: 1, axisLabel: { show: false }, splitLine: { show: false } },
      yAxis: {
        type: "category", data: names, axisTick: { show: false }, axisLine: { lineStyle: { color: colour("--line") } },
        axisLabel: { ...text, width: size * (narrow ? 7 : 16), overflow: "truncate" },
      },
      // The first stands above the second, which is hollow: colour alone says nothing.
      series: bars.map((bar, at) => ({
        name: bar.name, type: "bar", data: bar.values, barMaxWidth: size * 1.1,
        itemStyle: at ? { color: colour("--warn-soft"), borderColor: colour("--warn-ink"), borderWidth: 2 } : { color: colour("--accent") },
        label: { show: true, position: "right", formatter: (one) => (one.value === null ? "" : `${one.value}${unit}`), ...text },
      })),
    };
  }

  // What each kind of bar is, in the words of the table's head.
  function names(bars) {
    const line = document.createElement("p");
    line.className = "chart-names";
    line.setAttribute("aria-hidden", "true");
    line.append(...bars.map((bar) => Object.assign(document.createElement("span"), { textContent: bar.name })));
    return line;
  }

  function draw(box) {
    const table = document.getElementById(box.dataset.chart);
    const found = table && read(table, box.dataset.columns.split(",").map(Number));
    if (!found || !found.names.length) return;
    const size = letters();
    box.hidden = false;
    box.before(names(found.bars));
    box.style.height = `${Math.round((found.names.length * found.bars.length * 1.5 + found.names.length * 0.8 + 1) * size)}px`;
    const chart = window.echarts.init(box, null, { renderer: "canvas" });
    const paint = () => {
      chart.resize();
      chart.setOption(options(found, { unit: box.dataset.unit ?? "", size, narrow: box.clientWidth < 36 * size }));
    };
    paint();
    window.addEventListener("resize", paint);
  }

  if (window.echarts) document.querySelectorAll("[data-chart]").forEach(draw);
})();
