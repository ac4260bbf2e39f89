// Draws the topology: layers from left to right, or from top to bottom where there is no room for that.
'use strict';

const drawTopology = (() => {
  const WIDTH = 180;
  const ACROSS = 130; // between layers, from left to right: room for a rate
  const DOWN = 64; // between layers, from top to bottom
  const BETWEEN = 22; // between nodes of a layer
  const LINE = 15;
  const MOST_OPERATORS = 8;
  const SVG = 'http://www.w3.org/2000/svg';

  function element(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function shortened(text, most) {
    return text.length <= most ? text : text.slice(0, most - 1) + '…';
  }

  /** Each node as far from the sources as its longest way, what is written to last of all. */
  function layersOf(nodes, edges) {
    const layer = new Map(nodes.map(node => [node.id, 0]));
    for (let round = 0; round < nodes.length; round++) {
      for (const edge of edges) {
        layer.set(edge.to, Math.max(layer.get(edge.to), layer.get(edge.from) + 1));
      }
    }
    const last = Math.max(...layer.values());
    for (const node of nodes) {
      if (!edges.some(edge => edge.from === node.id)) layer.set(node.id, last);
    }
    return layer;
  }

  /** Places for nodes, and for edges where they pass a layer. */
  function arrange(nodes, edges) {
    const layer = layersOf(nodes, edges);
    const layers = [];
    const into = (number, place) => (layers[number] = layers[number] || []).push(place);
    const places = new Map();
    for (const node of nodes) {
      const operators = node.operators ? Math.min(node.operators.length, MOST_OPERATORS + 1) : 0;
      const place = {node, layer: layer.get(node.id), height: 44 + operators * LINE + (operators ? 6 : 0)};
      places.set(node.id, place);
    }
    const ways = edges.map(edge => {
      const way = [places.get(edge.from)];
      for (let i = layer.get(edge.from) + 1; i < layer.get(edge.to); i++) {
        way.push({layer: i, height: 10});
      }
      return {edge, way: [...way, places.get(edge.to)]};
    });
    const isBad = place => place.node.kind === 'dead-letters';
    [...places.values()].sort((a, b) => isBad(a) - isBad(b)).forEach(place => into(place.layer, place));
    ways.forEach(({way}) => way.slice(1, -1).forEach(place => into(place.layer, place)));
    return {layers, ways};
  }

  function place(layers, isAcross) {
    if (isAcross) {
      const heights = layers.map(all => all.reduce((sum, one) => sum + one.height + BETWEEN, -BETWEEN));
      const height = Math.max(...heights);
      layers.forEach((all, i) => {
        let y = (height - heights[i]) / 2;
        for (const one of all) {
          Object.assign(one, {x: i * (WIDTH + ACROSS), y, width: WIDTH});
          y += one.height + BETWEEN;
        }
      });
      return {width: layers.length * (WIDTH + ACROSS) - ACROSS, height};
    }
    const widths = layers.map(all => all.length * (WIDTH + BETWEEN) - BETWEEN);
    const width = Math.max(...widths);
    let y = 0;
    layers.forEach((all, i) => {
      all.forEach((one, j) => Object.assign(one, {x: (width - widths[i]) / 2 + j * (WIDTH + BETWEEN), y, width: WIDTH}));
      y += Math.max(...all.map(one => one.height)) + DOWN;
    });
    return {width, height: y - DOWN};
  }

  /** The point of a place where an edge begins or ends, of several one beside the other. */
  function point(one, isAcross, isEnd, share) {
    return isAcross
        ? [one.x + (isEnd ? 0 : one.width), one.y + one.height * share]
        : [one.x + one.width * share, one.y + (isEnd ? 0 : one.height)];
  }

  function drawEdge(svg, {edge, way}, isAcross, shares) {
    const isBad = edge.to.startsWith('dead-letters:') && edge.records > 0;
    const segments = [];
    for (let i = 1; i < way.length; i++) {
      const from = point(way[i - 1], isAcross, false, i === 1 ? shares.out : 0.5);
      const to = point(way[i], isAcross, true, i === way.length - 1 ? shares.in : 0.5);
      const middle = isAcross ? (from[0] + to[0]) / 2 : (from[1] + to[1]) / 2;
      const curve = isAcross
          ? `C${middle},${from[1]} ${middle},${to[1]} ${to}`
          : `C${from[0]},${middle} ${to[0]},${middle} ${to}`;
      segments.push({from, to, path: (i === 1 ? `M${from}` : `L${from}`) + curve});
    }
    svg.append(element('path', {
      class: 'edge' + (isBad ? ' bad' : edge.records_per_second > 0 ? '' : ' still'),
      d: segments.map(segment => segment.path).join(''),
      'marker-end': 'url(#arrow)',
    }));
    // Where it has left the node that it comes from: many may end at one.
    const {from, to} = segments[0];
    const x = (from[0] + to[0]) / 2 + (isAcross ? 0 : 9);
    const y = (from[1] + to[1]) / 2;
    const label = {x, 'text-anchor': isAcross ? 'middle' : 'start'};
    return () => {
      if (edge.to.startsWith('dead-letters:') && !isBad) return;
      svg.append(element('text', {...label, y: y - 5, class: 'rate'}, format.perSecond(edge.records_per_second)));
      if (edge.lag_ms !== null) {
        svg.append(element('text', {...label, y: y + 13, class: 'lag'}, 'lag ' + format.duration(edge.lag_ms)));
      }
    };
  }

  function drawNode(svg, {node, x, y, width, height}) {
    const group = element('g', {class: 'node ' + node.kind, transform: `translate(${x},${y})`});
    group.append(
        element('title', {}, `${format.kind(node.kind)} ${node.name}`),
        element('rect', {width, height, rx: 7}),
        element('text', {x: 12, y: 17, class: 'kind'}, format.kind(node.kind)),
        element('text', {x: 12, y: 34, class: 'name'}, shortened(node.name, 22)));
    const operators = node.operators || [];
    operators.slice(0, MOST_OPERATORS).forEach((operator, i) => group.append(
        element('text', {x: 12, y: 54 + i * LINE, class: 'operator'},
            shortened(operator.name === operator.kind ? operator.name : `${operator.name} · ${operator.kind}`, 29))));
    if (operators.length > MOST_OPERATORS) {
      group.append(element('text', {x: 12, y: 54 + MOST_OPERATORS * LINE, class: 'operator'},
          `and ${operators.length - MOST_OPERATORS} more`));
    }
    svg.append(group);
  }

  return function (target, topology) {
    const {layers, ways} = arrange(topology.nodes, topology.edges);
    const room = target.clientWidth;
    let isAcross = true;
    let size = place(layers, isAcross);
    if (size.width > room) {
      isAcross = false;
      size = place(layers, isAcross);
    }
    const svg = element('svg', {
      width: size.width + 4,
      height: size.height + 4,
      viewBox: `-2 -2 ${size.width + 4} ${size.height + 4}`,
      role: 'img',
      'aria-label': 'The topology; the table below has the same',
    });
    const arrow = element('marker', {
      id: 'arrow', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 5, markerHeight: 5, orient: 'auto-start-reverse'});
    arrow.append(element('path', {d: 'M0,0L8,4L0,8z'}));
    const definitions = element('defs', {});
    definitions.append(arrow);
    svg.append(definitions);
    const labels = ways.map(one => {
      const outs = ways.filter(other => other.edge.from === one.edge.from);
      const ins = ways.filter(other => other.edge.to === one.edge.to);
      const shares = {
        out: (outs.indexOf(one) + 1) / (outs.length + 1),
        in: (ins.indexOf(one) + 1) / (ins.length + 1),
      };
      return drawEdge(svg, one, isAcross, shares);
    });
    layers.flat().filter(one => one.node).forEach(one => drawNode(svg, one));
    labels.forEach(draw => draw());
    target.replaceChildren(svg);
  };
})();
