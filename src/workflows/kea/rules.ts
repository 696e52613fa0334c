import type { Report } from '../../answers/rule.ts';

export function checkExcluded({ exclude }: { exclude: readonly string[] }, report: Report): void {
  exclude.forEach((bridge, at) => {
    if (exclude.indexOf(bridge) !== at) report(['exclude', at], `the bridge ${bridge} stands here twice`);
  });
}

const CONTAINER_KEYS = ['storage', 'template', 'vmid', 'disk', 'memory'] as const;

/** Before Debian 13, "docker compose" was a command of another kind. */
export function checkDockerTemplate(
  { mode, template = '' }: { mode: string; template?: string | undefined },
  report: Report,
): void {
  const release = Number(/^debian-(\d+)/.exec(template)?.[1] ?? DOCKER_RELEASE);
  if (mode === 'docker' && release < DOCKER_RELEASE)
    report(['template'], `has no "docker compose"; use debian-${DOCKER_RELEASE}-standard, or mode: lxc`);
}

const DOCKER_RELEASE = 13;

/** What is said of a container means that one is expected. */
export function checkContainerKeys(
  answers: { mode: string } & Partial<Record<(typeof CONTAINER_KEYS)[number], unknown>>,
  report: Report,
): void {
  if (answers.mode !== 'host') return;
  for (const key of CONTAINER_KEYS) {
    if (answers[key] !== undefined)
      report([key], 'is about a container, which mode: host does not make; add mode: lxc, or leave it out');
  }
}
