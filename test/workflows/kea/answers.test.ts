import { describe, expect, test } from 'vitest';
import { checkAnswers } from '../../../src/answers/check.ts';
import { questionsOf } from '../../../src/answers/questions.ts';
import { keaAnswers } from '../../../src/workflows/kea/answers.ts';

import { keaFacts } from '../kea-examples.ts';

test('nothing given is the agent on every node itself', () => {
  expect(keaAnswers.parse({})).toEqual({
    nodes: 'all',
    mode: 'host',
    dhcpv6: false,
    poll: 60,
    probe: 600,
    exclude: [],
    firewall_bridges: 'when-needed',
    host_dns: true,
  });
});

describe('is refused', () => {
  test.each<[object, string, RegExp]>([
    [{ mode: 'podman' }, 'mode', /wants host, lxc or docker/],
    [{ mode: 'Host' }, 'mode', /wants host, lxc or docker/],
    [{ nodes: 'pve1' }, 'nodes', /all, or a list of nodes/],
    [{ nodes: [] }, 'nodes', /all, or a list of nodes/],
    [{ nodes: ['pve1', 'all'] }, 'nodes.1', /all stands alone/],
    [{ nodes: ['pve1', 'pve1'] }, 'nodes.1', /stands here twice/],
    [{ nodes: ['-rf'] }, 'nodes.0', /the name of a node/],
    [{ poll: 0 }, 'poll', /from 1 to 86400/],
    [{ poll: '60s' }, 'poll', /a whole number/],
    [{ poll: 1.5 }, 'poll', /a whole number/],
    [{ probe: -1 }, 'probe', /from 0 to 86400/],
    [{ exclude: 'vmbr1' }, 'exclude', /a list of bridges/],
    [{ exclude: ['vmbr1', 'vmbr1'] }, 'exclude.1', /stands here twice/],
    [{ exclude: ['a name that is far too long'] }, 'exclude.0', /the name of a bridge/],
    [{ mode: 'host', storage: 'local' }, 'storage', /mode: host does not make/],
    [{ vmid: 9000 }, 'vmid', /mode: host does not make/],
    [{ mode: 'lxc', vmid: 7 }, 'vmid', /100/],
    [{ mode: 'lxc', template: '../x' }, 'template', /container template/],
    [{ mode: 'docker', template: 'debian-12-standard' }, 'template', /docker compose/],
    [{ mode: 'lxc', disk: '4' }, 'disk', /a size in M, G or T/],
    [{ mode: 'lxc', memory: 12 }, 'memory', /from 256/],
    [{ dhcp6: true }, 'dhcp6', /did you mean dhcpv6/],
    [{ ostemplate: 'x' }, 'ostemplate', /did you mean template/],
    [{ dhcpv6: 'yes please' }, 'dhcpv6', /wants/],
    [{ nonsense: 1 }, 'nonsense', /./],
  ])('%j', (answers, path, message) => {
    const issues = checkAnswers(keaAnswers, answers, { complete: true });
    expect(issues.map((issue) => issue.path)).toContain(path);
    expect(issues.find((issue) => issue.path === path)?.message).toMatch(message);
  });
});

describe('the wizard asks', () => {
  const facts = keaFacts('host');
  const asked = (answers: Record<string, unknown>): string[] =>
    questionsOf(keaAnswers, { answers, facts })
      .filter(({ advanced }) => !advanced)
      .map(({ key }) => key);

  test('on a node for three things, and of a container where its disk goes', () => {
    expect(asked({})).toEqual(['nodes', 'mode', 'dhcpv6']);
    expect(asked({ mode: 'lxc' })).toEqual(['nodes', 'mode', 'dhcpv6', 'storage']);
  });

  test("with storages that take containers' disks", () => {
    const storage = questionsOf(keaAnswers, { answers: { mode: 'docker' }, facts }).find(
      ({ key }) => key === 'storage',
    );
    expect(storage?.choices?.filter(({ disabled }) => !disabled).map(({ value }) => value)).toEqual([
      'local-lvm',
    ]);
  });
});
