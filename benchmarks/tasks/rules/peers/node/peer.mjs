// The rule engines of JavaScript in the task rules. Speaks as peer.h says.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const instance = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));
const version = (name) => manifest.dependencies[name];
const facts = instance.locations.map((location) => ({
  order: instance.order,
  location,
  candidate: { available: instance.available },
}));

// E1 as JSON logic.
const logic = {
  and: [
    { '>': [{ var: 'order.total' }, 250] },
    { '===': [{ var: 'location.kind' }, 'store'] },
    { '!': { some: [{ var: 'order.tags' }, { '===': [{ var: '' }, 'vip'] }] } },
    { in: [{ var: 'location.country' }, ['US', 'CA']] },
  ],
};

// A table that the order hits in its last row, as a decision of zen.
function table() {
  const rules = [];
  for (let i = 0; i < instance.table_rows; ++i) {
    rules.push({
      _id: `${i}`,
      channel: `"c${Math.floor(i / 100)}"`,
      market: `"m${Math.floor(i / 10) % 10}"`,
      region: `"r${i % 10}"`,
      value: `${i}`,
    });
  }
  const inputs = ['channel', 'market', 'region'].map((field) => ({ id: field, name: field, field }));
  return {
    nodes: [
      { id: 'in', type: 'inputNode', name: 'in' },
      {
        id: 'table',
        type: 'decisionTableNode',
        name: 'table',
        content: { hitPolicy: 'first', inputs, outputs: [{ id: 'value', name: 'value', field: 'value' }], rules },
      },
      { id: 'out', type: 'outputNode', name: 'out' },
    ],
    edges: [
      { id: 'a', type: 'edge', sourceId: 'in', targetId: 'table' },
      { id: 'b', type: 'edge', sourceId: 'table', targetId: 'out' },
    ],
  };
}
const lastRow = { channel: 'c9', market: 'm9', region: 'r9' };

// "12.3µs", "1.2ms" in nanoseconds.
function nanoseconds(text) {
  const [, number, unit] = /^([\d.]+)\s*(\D+)$/.exec(text);
  return Number(number) * { ns: 1, 'µs': 1e3, 'μs': 1e3, ms: 1e6, s: 1e9 }[unit];
}

let sink;
// Each gives { name, holds(facts) or later(facts), compile, countRules, table, tableInside }.
const engines = {
  byHand() {
    const holds = (f) =>
      f.order.total > 250 &&
      f.location.kind === 'store' &&
      !f.order.tags.some((t) => t === 'vip') &&
      ['US', 'CA'].includes(f.location.country);
    return { name: 'JavaScript by hand', holds };
  },

  async celJs() {
    const { parse, evaluate } = await import('cel-js');
    const compile = (text) => {
      const result = parse(text);
      if (!result.isSuccess) throw new Error(`${result.errors}`);
      return (f) => evaluate(result.cst, f);
    };
    return { name: `cel-js ${version('cel-js')}`, holds: compile(instance.text), compile: () => compile(instance.text) };
  },

  async marcbachmannCelJs() {
    const { parse } = await import('@marcbachmann/cel-js');
    const compile = (text) => parse(text);
    const program = compile(instance.text);
    const rules = instance.rules.map(compile);
    // Its numbers are doubles and big integers.
    const typed = facts.map((f) => ({
      order: f.order,
      location: { ...f.location, handling_days: BigInt(f.location.handling_days) },
      candidate: { available: BigInt(f.candidate.available) },
    }));
    return {
      name: `@marcbachmann/cel-js ${version('@marcbachmann/cel-js')}`,
      holds: (f) => program(f),
      compile: () => compile(instance.text),
      countRules() {
        let count = 0;
        for (const rule of rules) for (const f of typed) if (rule(f) === true) ++count;
        return count;
      },
    };
  },

  async jsonLogicJs() {
    const { default: jsonLogic } = await import('json-logic-js');
    return { name: `json-logic-js ${version('json-logic-js')}`, holds: (f) => jsonLogic.apply(logic, f) };
  },

  async jsonLogicEngine() {
    const { LogicEngine } = await import('json-logic-engine');
    const compile = () => new LogicEngine().build(logic);
    return { name: `json-logic-engine ${version('json-logic-engine')}, compiled`, holds: compile(), compile };
  },

  async jsonRulesEngine() {
    const { Engine } = await import('json-rules-engine');
    const compile = () =>
      new Engine([
        {
          conditions: {
            all: [
              { fact: 'order', path: '$.total', operator: 'greaterThan', value: 250 },
              { fact: 'location', path: '$.kind', operator: 'equal', value: 'store' },
              { fact: 'order', path: '$.tags', operator: 'doesNotContain', value: 'vip' },
              { fact: 'location', path: '$.country', operator: 'in', value: ['US', 'CA'] },
            ],
          },
          event: { type: 'holds' },
        },
      ]);
    const engine = compile();
    return {
      name: `json-rules-engine ${version('json-rules-engine')}`,
      later: async (f) => (await engine.run(f)).events.length === 1,
      compile,
    };
  },

  async zen() {
    const { ZenEngine, ZenDecisionContent, evaluateExpressionSync } = await import('@gorules/zen-engine');
    const text =
      "order.total > 250 and location.kind == 'store' and not some(order.tags, # == 'vip') and " +
      "location.country in ['US', 'CA']";
    const decision = new ZenEngine().createDecision(new ZenDecisionContent(table()));
    const ask = async () => {
      const answer = await decision.evaluate(lastRow);
      if (answer.result.value !== instance.table_rows - 1) throw new Error(JSON.stringify(answer.result));
      return answer;
    };
    return {
      name: `zen-engine ${version('@gorules/zen-engine')} (Node)`,
      holds: (f) => evaluateExpressionSync(text, f), // it parses every time
      table: ask,
      tableInside: async () => nanoseconds((await ask()).performance),
    };
  },
};

const work = new Map();
for (const [key, make] of Object.entries(engines)) {
  let engine;
  try {
    engine = await make();
  } catch (error) {
    console.log(`not\t${key}\t${`${error}`.split('\n')[0]}`);
    continue;
  }
  const { name, holds, later, compile, countRules, table: askTable, tableInside } = engine;
  let answers = '';
  for (const f of facts) answers += (holds ? holds(f) : await later(f)) === true ? '1' : '0';
  if (answers !== instance.expected) {
    console.log(`wrong\t${name}\tE1 is ${answers}, and not ${instance.expected}`);
    continue;
  }
  const can = (metric, how) => {
    work.set(`${name}\t${metric}`, how);
    console.log(`can\t${name}\t${metric}`);
  };
  if (holds) {
    can('one', { run: () => (sink = holds(facts[0])) });
    can('many', {
      run() {
        for (const f of facts) sink = holds(f);
      },
    });
  } else {
    can('one', { later: () => later(facts[0]) });
    can('many', {
      async later() {
        for (const f of facts) await later(f);
      },
    });
  }
  if (compile) can('compile', { run: () => (sink = compile()) });
  if (countRules) {
    const count = countRules();
    if (count === instance.expected_rules) can('rules', { run: () => (sink = countRules()) });
    else console.log(`wrong\t${name}\tof the rules ${count} are true, and not ${instance.expected_rules}`);
  }
  if (askTable) can('table', { later: askTable });
  if (tableInside) can('table inside', { figure: tableInside });
}
console.log('ready');

// Seconds of the processor that so many calls take.
async function timed({ run, later }, calls) {
  const start = process.cpuUsage();
  if (run) for (let i = 0; i < calls; ++i) run();
  else for (let i = 0; i < calls; ++i) await later();
  const { user, system } = process.cpuUsage(start);
  return Math.max(user + system, 1) / 1e6;
}

// Nanoseconds a call, over a batch of about so many seconds.
async function measure(how, seconds) {
  if (how.figure) {
    const figures = [];
    for (let i = 0; i < 25; ++i) figures.push(await how.figure());
    return Math.min(...figures);
  }
  let calls = 1;
  let took = await timed(how, calls);
  while (took < seconds / 4) took = await timed(how, (calls *= 2));
  calls = Math.max(1, Math.floor((calls * seconds) / took));
  return ((await timed(how, calls)) / calls) * 1e9;
}

for await (const line of createInterface({ input: process.stdin })) {
  const [engine, metric, seconds] = line.split('\t');
  console.log((await measure(work.get(`${engine}\t${metric}`), Number(seconds))).toFixed(3));
}
