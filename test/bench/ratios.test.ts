import { describe, expect, it } from 'vitest';
import {
  ratioTable,
  requestsPerCpu,
  requestsPerCpuOfBoth,
  requestsPerSecond,
} from '../../bench/ratios.ts';
import { madeUpCell } from './kit.ts';

describe('the ratios of the benchmark', () => {
  it('are ours to theirs, by the name of the peer', () => {
    const cell = madeUpCell('postgres', 'Q2', {
      scopegate: { rate: 120 },
      'many apps': { rate: 90 },
      'REST, Fastify': { rate: 100 },
      'REST, node:http': { rate: 150 },
      'REST, awaited': { rate: 60 },
      PostGraphile: { rate: 30 },
      Mercurius: { rate: 80 },
      Yoga: { rate: 12 },
    });
    expect(ratioTable([cell], requestsPerSecond).postgres.q2).toMatchObject({
      vsRest: 1.2,
      manyAppsVsRest: 0.9,
      vsRestNode: 0.8,
      vsRestAwaited: 2,
      vsPostgraphile: 4,
      vsMercurius: 1.5,
      vsYoga: 10,
    });
  });

  it('are null where one of the two was not measured', () => {
    const cell = madeUpCell('memory', 'Q1', { scopegate: { rate: 120 } });
    const { memory, postgres, enforcement } = ratioTable([cell], requestsPerSecond);
    expect(memory.q1.vsRest).toBeNull();
    expect(postgres.q1.vsRest).toBeNull();
    expect(enforcement.q1).toBeNull();
  });

  it('say how often our 99th percentile goes into that of Yoga', () => {
    const cell = madeUpCell('memory', 'Q1', {
      scopegate: { rate: 1, p99: 2 },
      Yoga: { rate: 1, p99: 30 },
    });
    expect(ratioTable([cell], requestsPerSecond).memory.q1.p99VsYoga).toBe(15);
  });

  it('compare the engine with itself, in each place', () => {
    const servers = (rate: number) => ({
      scopegate: { rate },
      refused: { rate: rate * 1.5 },
      'without scopes': { rate: 100 },
    });
    const cells = [
      madeUpCell('memory', 'Q1', servers(97)),
      madeUpCell('memory', 'Q2', servers(98)),
      madeUpCell('postgres', 'Q1', servers(99)),
      madeUpCell('postgres', 'Q2', servers(100)),
    ];
    expect(ratioTable(cells, requestsPerSecond).enforcement).toEqual({
      q1: 0.97,
      q2: 0.98,
      refused: 1.5,
      postgres: { q1: 0.99, q2: 1, refused: 1.5 },
    });
  });

  it('compare the handler that is bound by row-level security with the one bound by hand', () => {
    const cell = madeUpCell('postgres', 'Q1', {
      'REST, node:http': { rate: 90, nodeCpu: 100, postgresCpu: 150 },
      'REST, no RLS': { rate: 100, nodeCpu: 90, postgresCpu: 110 },
    });
    expect(ratioTable([cell], requestsPerSecond).rowLevelSecurity.q1).toBe(0.9);
    expect(ratioTable([cell], requestsPerCpu).rowLevelSecurity.q1).toBe(0.9);
    expect(ratioTable([cell], requestsPerCpuOfBoth).rowLevelSecurity.q1).toBe(0.8);
  });

  it('are of 8 connections', () => {
    const cells = [
      madeUpCell('memory', 'Q1', { scopegate: { rate: 10 }, Yoga: { rate: 1 } }, 1),
      madeUpCell('memory', 'Q1', { scopegate: { rate: 20 }, Yoga: { rate: 1 } }, 8),
    ];
    expect(ratioTable(cells, requestsPerSecond).memory.q1.vsYoga).toBe(20);
  });
});
