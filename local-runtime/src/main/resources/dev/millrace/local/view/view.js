// Asks for /api/view once a second, and shows it. What comes from records is put in as text, never as HTML.
'use strict';

let latest;

const numbers = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const fractions = new Intl.NumberFormat('en', {maximumSignificantDigits: 3});

const format = {
  number: value => value === undefined || value === null ? '–' : numbers.format(value),
  fraction: value => value > 0 && value < 100 ? fractions.format(value) : numbers.format(value),
  perSecond: value => `${format.fraction(value)}/s`,
  millis: value => value >= 10_000 ? format.duration(value) : `${format.fraction(value)} ms`,
  duration: millis => {
    if (millis === undefined || millis === null) return '–';
    if (millis < 1_000) return `${numbers.format(millis)} ms`;
    const seconds = millis / 1_000;
    if (seconds < 120) return `${fractions.format(seconds)} s`;
    if (seconds < 7_200) return `${numbers.format(seconds / 60)} min`;
    if (seconds < 172_800) return `${numbers.format(seconds / 3_600)} h`;
    return `${numbers.format(seconds / 86_400)} d`;
  },
  bytes: value => {
    if (value === undefined) return '–';
    if (value < 1_024) return `${numbers.format(value)} B`;
    return value < 1_048_576 ? `${numbers.format(value / 1_024)} KB` : `${fractions.format(value / 1_048_576)} MB`;
  },
  /** Without its date where that is today's. */
  time: text => {
    if (!text) return '–';
    const [date, time] = text.replace(/Z$/, '').split('T');
    return time === undefined || !latest || !latest.time.startsWith(date) ? `${date} ${time || ''}` : time;
  },
  kind: kind => kind === 'dead-letters' ? 'dead letters' : kind,
  value: value => value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value),
};

function element(name, classes, ...content) {
  const made = document.createElement(name);
  if (classes) made.className = classes;
  made.append(...content.map(one => one instanceof Node ? one : document.createTextNode(String(one))));
  return made;
}

/** What is short stays in a line. */
function textClass(text) {
  return text.length <= 32 ? 'short' : 'long';
}

/** Columns are [title, class, cell], where a cell is text or a node. */
function fillTable(table, columns, rows, none) {
  const head = element('tr', '', ...columns.map(([title, classes]) => {
    const cell = element('th', classes === 'number' ? 'number' : '', title);
    cell.scope = 'col';
    return cell;
  }));
  const body = rows.map(row => element('tr', '', ...columns.map(([, classes, cell]) =>
      element('td', typeof classes === 'function' ? classes(row) : classes, cell(row)))));
  if (rows.length === 0) {
    const cell = element('td', 'none', none);
    cell.colSpan = columns.length;
    body.push(element('tr', '', cell));
  }
  table.replaceChildren(
      ...table.querySelectorAll('caption'), element('thead', '', head), element('tbody', '', ...body));
}

function figure(name, value, detail, isBad) {
  return element('div', isBad ? 'bad' : '',
      element('dt', '', name), element('dd', '', value, ' ', element('small', '', detail || '')));
}

function latency(name, known) {
  return known
      ? figure(name, format.millis(known.p50_ms), `p50 · ${format.millis(known.p99_ms)} p99`)
      : figure(name, '–');
}

function figures(stage, seesPartitions) {
  const all = stage.parts === undefined || !seesPartitions
      ? [figure('Records', format.perSecond(stage.records_per_second), `${format.number(stage.records)} in all`)]
      : [figure('Parts', format.perSecond(stage.parts_per_second), `${format.number(stage.parts)} in all`)];
  if (seesPartitions) {
    all.push(
        figure('Commits', format.perSecond(stage.commits_per_second), `${format.number(stage.commits)} in all`),
        figure('Write units', format.perSecond(stage.write_units_per_second), `${format.number(stage.write_units)} in all`));
  }
  if (stage.batch_latency) all.push(latency('Batch duration', stage.batch_latency));
  if (stage.batch_records) {
    all.push(figure('Records per batch', format.number(stage.batch_records.p50),
        `p50 · ${format.number(stage.batch_records.p99)} p99`));
  }
  if (stage.exchange_latency) all.push(latency('Sent to committed', stage.exchange_latency));
  if (stage.record_latency || !stage.exchange_latency) all.push(latency('Arrival to result', stage.record_latency));
  if (stage.failures > 0) all.push(figure('Failures', format.number(stage.failures), 'tried again', true));
  for (const [reason, count] of Object.entries(stage.passed_over)) {
    all.push(figure(`Passed over: ${reason}`, format.number(count), '', true));
  }
  return element('dl', 'figures', ...all);
}

function partitionColumns(seesPartitions) {
  const columns = [
    ['Partition', 'short', one => one.shard],
    ['Read', 'number', one => format.number(one.records)],
    ['Lag', 'number', one => format.duration(one.lag_ms)],
  ];
  return !seesPartitions ? columns : [
    ...columns,
    ['Watermark (UTC)', 'time', one => one.sealed ? 'handed over' : format.time(one.watermark)],
    ['Watermark lag', 'number', one => one.at_rest ? 'at rest' : format.duration(one.watermark_lag_ms)],
    ['Entries', 'number', one => format.number(one.entries)],
    ['Keys', 'number', one => format.number(one.keys)],
    ['State', 'number', one => format.bytes(one.state_bytes)],
  ];
}

function showStages(view) {
  document.getElementById('stages').replaceChildren(...view.stages.map(stage => {
    const table = element('table', '', element('caption', '', 'Partitions'));
    fillTable(table, partitionColumns(view.sees_partitions), stage.partitions, 'None has been read yet.');
    const more = stage.partitions_in_all - stage.partitions.length;
    return element('article', 'stage',
        element('h3', '', stage.name),
        figures(stage, view.sees_partitions),
        element('div', 'wide', table),
        element('p', 'quiet', more > 0 ? `and ${format.number(more)} more` : ''));
  }));
}

function showEdges(view) {
  const names = new Map(view.topology.nodes.map(node => [node.id, `${format.kind(node.kind)} ${node.name}`]));
  fillTable(document.getElementById('edges'), [
    ['From', '', edge => names.get(edge.from)],
    ['To', '', edge => names.get(edge.to)],
    ['Through', '', edge => edge.stream ? `stream ${edge.stream}` : edge.operator || ''],
    ['Records', 'number', edge => format.number(edge.records)],
    ['Records/s', 'number', edge => format.fraction(edge.records_per_second)],
    ['Lag', 'number', edge => edge.lag_ms === null ? '' : format.duration(edge.lag_ms)],
  ], view.topology.edges, '');
}

function showWindows(view) {
  const windows = view.stages.flatMap(stage => stage.windows);
  fillTable(document.getElementById('windows'), [
    ['Operator', 'short', one => one.operator],
    ['Key', one => textClass(one.key), one => one.key],
    ['From (UTC)', 'time', one => one.start ? format.time(one.start) : 'running'],
    ['To', 'time', one => one.end ? format.time(one.end) : ''],
    ['Result so far', one => textClass(one.value), one => one.value],
  ], windows, view.sees_partitions ? 'None is open.' : 'Not seen from here.');
}

function showResults(view) {
  document.getElementById('results').replaceChildren(...view.sinks.map(sink => {
    const names = [...new Set(sink.rows.flatMap(row => Object.keys(row.values)))];
    const table = element('table', '');
    const text = (row, name) => name in row.values ? format.value(row.values[name]) : '';
    fillTable(table, [
      ...names.map(name => [
        name,
        sink.rows.every(row => typeof row.values[name] === 'number') ? 'number' : row => textClass(text(row, name)),
        row => text(row, name)]),
      ['Emitted (UTC)', 'time', row => format.time(row.emitted)],
    ], sink.rows, view.sees_partitions ? 'None yet.' : 'Not seen from here.');
    return element('article', 'sink',
        element('h3', '', sink.target, element('small', '',
            `${sink.kind} · ${format.number(sink.emitted)} written, ${format.perSecond(sink.emitted_per_second)}`)),
        element('div', 'wide', table));
  }));
}

function showLetters(view) {
  const letters = view.dead_letters;
  document.getElementById('letters-count').textContent =
      letters.stream ? `${format.number(letters.count)} to stream ${letters.stream}, the latest first` : 'no stream for them';
  fillTable(document.getElementById('letters'), [
    ['Reason', 'reason', one => one.reason || '–'],
    ['Message', 'message', one => one.message || ''],
    ['Payload', 'data', one => one.payload || ''],
    ['Stage', 'short', one => one.stage || ''],
    ['Arrived (UTC)', 'time', one => format.time(one.arrival_timestamp)],
  ], letters.latest, view.sees_partitions ? 'None.' : 'Not seen from here.');
}

function showAbout(view) {
  document.title = `${view.pipeline} · Millrace`;
  document.getElementById('pipeline').textContent = view.pipeline;
  const running = Date.parse(view.time) - Date.parse(view.started);
  document.getElementById('about').textContent =
      `${view.mode} · reads ${view.source} · running for ${format.duration(running)}`;
  const note = document.getElementById('note');
  note.hidden = view.sees_partitions;
  note.textContent = 'The functions run in processes of their own, so their partitions and results are not seen from here.';
}

/** What has not changed stays as it is. */
const shown = new Map();
function showChanged(name, data, show) {
  const text = JSON.stringify(data);
  if (shown.get(name) !== text) {
    shown.set(name, text);
    show();
  }
}

/** Tables that are made anew are scrolled to where they were. */
function keepingPlace(show) {
  const places = [...document.querySelectorAll('.wide')].map(wide => wide.scrollLeft);
  show();
  const wides = document.querySelectorAll('.wide');
  if (wides.length === places.length) wides.forEach((wide, i) => { wide.scrollLeft = places[i]; });
}

function show(view) {
  latest = view;
  // What is selected is being read, or copied.
  if (!document.getSelection().isCollapsed) return;
  showAbout(view);
  showChanged('topology', view.topology, () => {
    drawTopology(document.getElementById('topology'), view.topology);
    showEdges(view);
  });
  showChanged('stages', view.stages, () => showStages(view));
  showChanged('windows', view.stages.map(stage => stage.windows), () => showWindows(view));
  showChanged('sinks', view.sinks, () => showResults(view));
  showChanged('letters', view.dead_letters, () => showLetters(view));
}

function status(text, classes) {
  const line = document.getElementById('status');
  if (line.textContent !== text) line.textContent = text;
  line.className = classes;
}

let isPaused = false;
let answered = Date.now();
async function ask() {
  if (!isPaused && !document.hidden) {
    try {
      const response = await fetch('api/view', {signal: AbortSignal.timeout(5_000)});
      if (!response.ok) throw new Error(`status ${response.status}`);
      const view = await response.json();
      keepingPlace(() => show(view));
      answered = Date.now();
      if (!isPaused) status('● live', 'live');
    } catch (e) {
      console.error(e);
      status(`○ no answer for ${format.duration(Math.max(1_000, Date.now() - answered))}`, 'gone');
    }
  }
  setTimeout(ask, 1_000);
}

document.getElementById('pause').addEventListener('click', event => {
  isPaused = !isPaused;
  event.target.setAttribute('aria-pressed', String(isPaused));
  event.target.textContent = isPaused ? 'Go on' : 'Pause';
  status(isPaused ? 'paused' : 'connecting', '');
});
window.addEventListener('resize', () => {
  if (latest) drawTopology(document.getElementById('topology'), latest.topology);
});
ask();
