// What rendered Kubernetes objects say of each other, and what Pod Security "restricted" asks of every pod.

/** Faults: names that lead nowhere, selectors that select nothing, rights that a pod may not have. */
export function references(objects, outside) {
  const faults = [];
  const find = (kind, name) => objects.find(object => object.kind === kind && object.metadata.name === name);
  const pods = objects.filter(object => object.spec?.template).map(object => ({ owner: object, ...object.spec.template }));
  const report = (object, fault) => faults.push(`${object.kind}/${object.metadata.name}: ${fault}`);

  for (const object of objects) {
    for (const selector of selectors(object)) {
      if (!pods.some(pod => selects(selector, pod.metadata.labels))) report(object, `no pod has ${JSON.stringify(selector)}`);
    }
    const target = object.spec?.scaleTargetRef;
    if (target && !find(target.kind, target.name)) report(object, `there is no ${target.kind}/${target.name}`);
    if (object.kind === 'Service') {
      const served = pods.filter(pod => selects({ matchLabels: object.spec.selector }, pod.metadata.labels)).flatMap(pod => ports(pod.spec));
      for (const { targetPort } of object.spec.ports) {
        if (!served.includes(targetPort)) report(object, `no container has the port ${targetPort}`);
      }
    }
  }

  for (const { owner, metadata, spec } of pods) {
    if (owner.spec.selector && !selects(owner.spec.selector, metadata.labels)) report(owner, 'its selector does not match its own pods');
    for (const { kind, name, keys } of sources(spec)) {
      const source = find(kind, name);
      if (!source && !outside.includes(`${kind}/${name}`)) report(owner, `there is no ${kind}/${name}`);
      for (const key of source ? keys : []) {
        if (!(key in (source.data ?? {}))) report(owner, `there is no key ${key} in ${kind}/${name}`);
      }
    }
    const volumes = (spec.volumes ?? []).map(volume => volume.name);
    if (!restrictedPod(spec)) report(owner, 'Pod Security "restricted" refuses its securityContext');
    for (const container of containers(spec)) {
      const fault = sentence => report(owner, `${container.name}: ${sentence}`);
      if (!restrictedContainer(container)) fault('Pod Security "restricted" refuses its securityContext');
      if (!container.securityContext?.readOnlyRootFilesystem) fault('its root file system may be written');
      for (const { name } of container.volumeMounts ?? []) {
        if (!volumes.includes(name)) fault(`there is no volume ${name}`);
      }
      for (const { httpGet, tcpSocket } of [container.startupProbe, container.readinessProbe, container.livenessProbe].filter(Boolean)) {
        const { port } = httpGet ?? tcpSocket;
        if (!ports(spec).includes(port)) fault(`a probe asks a port ${port} that it has not`);
      }
      const known = new Set();
      for (const { name, value } of container.env ?? []) {
        for (const [, variable] of (value ?? '').matchAll(/\$\(([^)]+)\)/g)) {
          if (!known.has(variable)) fault(`${name} takes ${variable}, which is not set before it`);
        }
        const [, host, port] = /^http:\/\/([a-z-]+):(\d+)$/.exec(value ?? '') ?? [];
        if (host && !find('Service', host)?.spec.ports.some(open => open.port === Number(port))) fault(`${name} leads to no Service`);
        known.add(name);
      }
    }
  }
  return faults;
}

const containers = spec => [...(spec.initContainers ?? []), ...spec.containers];
const ports = spec => containers(spec).flatMap(container => (container.ports ?? []).flatMap(port => [port.name, port.containerPort]));

function* selectors({ kind, spec }) {
  if (kind === 'Service') yield { matchLabels: spec.selector };
  if (kind === 'PodDisruptionBudget') yield spec.selector;
  if (kind === 'NetworkPolicy') {
    yield spec.podSelector;
    const peers = [...(spec.ingress ?? []).flatMap(rule => rule.from ?? []), ...(spec.egress ?? []).flatMap(rule => rule.to ?? [])];
    yield* peers.filter(peer => peer.podSelector && !peer.namespaceSelector).map(peer => peer.podSelector);
  }
}

function selects({ matchLabels = {}, matchExpressions = [] }, labels) {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
    && matchExpressions.every(({ key, operator, values }) => ({
      In: () => values.includes(labels[key]),
      NotIn: () => !values.includes(labels[key]),
      Exists: () => key in labels,
      DoesNotExist: () => !(key in labels),
    })[operator]());
}

/** The ConfigMaps and Secrets that a pod takes something from, with the keys it takes. */
function* sources(spec) {
  for (const { valueFrom } of containers(spec).flatMap(container => container.env ?? [])) {
    if (valueFrom?.configMapKeyRef) yield { kind: 'ConfigMap', name: valueFrom.configMapKeyRef.name, keys: [valueFrom.configMapKeyRef.key] };
    if (valueFrom?.secretKeyRef) yield { kind: 'Secret', name: valueFrom.secretKeyRef.name, keys: [valueFrom.secretKeyRef.key] };
  }
  for (const { configMapRef, secretRef } of containers(spec).flatMap(container => container.envFrom ?? [])) {
    if (configMapRef) yield { kind: 'ConfigMap', name: configMapRef.name, keys: [] };
    if (secretRef) yield { kind: 'Secret', name: secretRef.name, keys: [] };
  }
  for (const { configMap, secret } of spec.volumes ?? []) {
    const keys = ((configMap ?? secret)?.items ?? []).map(item => item.key);
    if (configMap) yield { kind: 'ConfigMap', name: configMap.name, keys };
    if (secret) yield { kind: 'Secret', name: secret.secretName, keys };
  }
}

function restrictedPod({ securityContext: context = {}, hostNetwork, hostPID, hostIPC, volumes = [] }) {
  return context.runAsNonRoot === true && context.runAsUser !== 0 && context.seccompProfile?.type === 'RuntimeDefault'
    && !hostNetwork && !hostPID && !hostIPC && volumes.every(volume => volume.emptyDir || volume.configMap || volume.secret);
}

function restrictedContainer({ securityContext: context = {} }) {
  return context.allowPrivilegeEscalation === false && !context.privileged && context.runAsNonRoot !== false && context.runAsUser !== 0
    && context.capabilities?.drop?.includes('ALL') === true && !context.capabilities.add;
}
