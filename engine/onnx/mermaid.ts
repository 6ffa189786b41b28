import type { OnnxGraph, OnnxNode } from './model.ts';

/**
 * A graph as a Mermaid flowchart: inputs and results as rounded boxes, operators as boxes, arrows with the names and what is
 * known of the sizes that pass. Constants are left out; a graph inside an operator becomes a box around its own operators.
 */
export function toMermaid(graph: OnnxGraph): string {
  return ['flowchart LR', ...describe(graph, '', new Map())].join('\n');
}

/** The lines of a graph. `makers` has the box that makes each name, of this graph and of those around it. */
function describe(graph: OnnxGraph, prefix: string, makers: Map<string, string>): string[] {
  const lines: string[] = [];
  for (const { name, shape } of graph.inputs) {
    const box = `${prefix}${safe(name)}`;
    makers.set(name, box);
    lines.push(`  ${box}(["${name} [${shape}]"])`);
  }
  graph.nodes.forEach((node, i) => {
    const box = `${prefix}n${i}`;
    for (const output of node.outputs) makers.set(output, box);
    lines.push(...operator(node, box, makers), ...arrows(node, box, makers));
  });
  for (const { name, shape } of graph.outputs) {
    const box = `${prefix}out_${safe(name)}`;
    lines.push(`  ${makers.get(name)} --> ${box}(["${name} [${shape}]"])`);
  }
  return lines;
}

function operator({ op, attributes }: OnnxNode, box: string, makers: Map<string, string>): string[] {
  const body = Object.values(attributes).find((value) => typeof value === 'object' && 'graph' in value);
  if (body === undefined || typeof body !== 'object' || !('graph' in body)) return [`  ${box}["${op}"]`];
  return [`  subgraph ${box}["${op}"]`, ...describe(body.graph, `${box}_`, new Map(makers)), '  end'];
}

function arrows(node: OnnxNode, box: string, makers: ReadonlyMap<string, string>): string[] {
  return node.inputs.flatMap((input) => (makers.has(input) ? [`  ${makers.get(input)} --> ${box}`] : []));
}

const safe = (name: string): string => name.replaceAll(/\W/g, '_');
