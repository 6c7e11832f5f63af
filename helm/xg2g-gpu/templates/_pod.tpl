{{/* The template of the pods of a part: the dictionary of xg2g-gpu.part. */}}
{{- define "xg2g-gpu.pod" -}}
{{- $gpu := include "xg2g-gpu.gpuResource" . -}}
metadata:
  labels:
    {{- /* Without the chart's version: a new chart alone must not end channels. */}}
    {{- include "xg2g-gpu.partSelector" . | nindent 4 }}
    {{- with .values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    checksum/config: {{ include "xg2g-gpu.properties" . | sha256sum }}
    {{- with .values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "xg2g-gpu.serviceAccount" .root }}
  automountServiceAccountToken: false
  # Service variables such as XG2G_GPU_PORT would be read as configuration.
  enableServiceLinks: false
  {{- with .root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with .root.Values.gpu.runtimeClassName }}
  {{- if ne $.role "gateway" }}
  runtimeClassName: {{ . }}
  {{- end }}
  {{- end }}
  {{- with .values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- if .values.hostNetwork }}
  hostNetwork: true
  dnsPolicy: ClusterFirstWithHostNet
  {{- end }}
  {{- with .values.dnsConfig }}
  dnsConfig:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  # Pre-stop, the units that run, their answers (10 s), the beans' end, and a reserve.
  terminationGracePeriodSeconds: {{ add (include "xg2g-gpu.preStop" .) .values.drain.graceSeconds 25 }}
  securityContext:
    {{- include "xg2g-gpu.podSecurity" . | nindent 4 }}
  containers:
    - name: xg2g-gpu
      image: {{ include "xg2g-gpu.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      securityContext:
        {{- $security := dict "allowPrivilegeEscalation" false "readOnlyRootFilesystem" true "capabilities" (dict "drop" (list "ALL")) }}
        {{- mergeOverwrite $security (deepCopy .values.containerSecurityContext) | toYaml | nindent 8 }}
      env:
        {{- include "xg2g-gpu.environment" . | nindent 8 }}
      {{- with .values.envFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        {{- if ne .role "worker" }}
        - name: http
          containerPort: 8080
        {{- end }}
        - name: management
          containerPort: 9000
        {{- if ne .role "single" }}
        - name: inner
          containerPort: {{ .root.Values.cluster.port }}
        {{- end }}
      # Startup ends with the probe of the devices.
      startupProbe:
        httpGet:
          path: /startedz
          port: management
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: 90
      readinessProbe:
        httpGet:
          path: /readyz
          port: management
        periodSeconds: 5
        timeoutSeconds: 2
        failureThreshold: 2
      livenessProbe:
        httpGet:
          path: /healthz
          port: management
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      {{- if ne .role "worker" }}
      lifecycle:
        preStop:
          sleep:
            seconds: {{ .values.drain.preStopSeconds }}
      {{- end }}
      resources:
        {{- $resources := deepCopy .values.resources }}
        {{- if $gpu }}
        {{- $resources = merge (dict "limits" (dict $gpu .root.Values.gpu.count)) $resources }}
        {{- end }}
        {{- if not (or .values.work.storageClassName .values.work.medium) }}
        {{- $resources = merge $resources (dict "requests" (dict "ephemeral-storage" .values.work.sizeLimit)) }}
        {{- end }}
        {{- toYaml $resources | nindent 8 }}
      volumeMounts:
        - name: config
          mountPath: /etc/xg2g-gpu
          readOnly: true
        {{- if and .root.Values.security.tokensSecret (ne .role "worker") }}
        - name: tokens
          mountPath: /etc/xg2g-gpu-tokens
          readOnly: true
        {{- end }}
        {{- if and .root.Values.cluster.caSecret (ne .role "single") }}
        - name: ca
          mountPath: /etc/xg2g-gpu-ca
          readOnly: true
        {{- end }}
        - name: work
          mountPath: /var/lib/xg2g-gpu
        {{- if ne .role "worker" }}
        - name: data
          mountPath: /var/lib/xg2g-gpu/data
        {{- end }}
        - name: tmp
          mountPath: /tmp
        {{- with .values.volumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    {{- with .values.extraContainers }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ include "xg2g-gpu.configMap" . }}
    {{- with (ne .role "worker" | ternary .root.Values.security.tokensSecret "") }}
    - name: tokens
      secret:
        secretName: {{ . }}
        items:
          - key: tokens.properties
            path: tokens.properties
    {{- end }}
    {{- with (ne .role "single" | ternary .root.Values.cluster.caSecret "") }}
    - name: ca
      secret:
        secretName: {{ . }}
        items:
          - key: ca.crt
            path: ca.crt
    {{- end }}
    - name: work
      {{- with .values.work }}
      {{- if .storageClassName }}
      ephemeral:
        volumeClaimTemplate:
          spec:
            accessModes: [ReadWriteOnce]
            storageClassName: {{ .storageClassName }}
            resources:
              requests:
                storage: {{ .sizeLimit }}
      {{- else }}
      emptyDir:
        {{- with .medium }}
        medium: {{ . }}
        {{- end }}
        sizeLimit: {{ .sizeLimit }}
      {{- end }}
      {{- end }}
    {{- if and (eq .role "single") (eq (include "xg2g-gpu.dataClaimed" .root) "true") }}
    - name: data
      persistentVolumeClaim:
        claimName: {{ default (printf "%s-data" .name) .values.data.existingClaim }}
    {{- else if not (or (eq .role "worker") (and (eq .role "gateway") .values.data.persistent)) }}
    - name: data
      emptyDir:
        sizeLimit: {{ .values.data.size }}
    {{- end }}
    - name: tmp
      emptyDir:
        sizeLimit: 64Mi
    {{- with .values.volumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if or $gpu .values.tolerations }}
  tolerations:
    {{- if $gpu }}
    {{- /* Pools of slices and of shared GPUs have the vendor's usual taint too. */}}
    {{- range list (include "xg2g-gpu.gpuTaint" .root) $gpu | uniq }}
    - key: {{ . }}
      operator: Exists
      effect: NoSchedule
    {{- end }}
    {{- end }}
    {{- with .values.tolerations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
  {{- with .values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .values.spread }}
  {{- if .enabled }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: {{ .topologyKey }}
      whenUnsatisfiable: {{ .whenUnsatisfiable }}
      labelSelector:
        matchLabels:
          {{- include "xg2g-gpu.partSelector" $ | nindent 10 }}
  {{- end }}
  {{- end }}
{{- end }}

{{/* Seconds before a pod that stops refuses new work. A worker takes none from the moment of its signal. */}}
{{- define "xg2g-gpu.preStop" -}}
{{- ternary 0 .values.drain.preStopSeconds (eq .role "worker") }}
{{- end }}

{{- define "xg2g-gpu.configMap" -}}
{{- ternary .name (include "xg2g-gpu.fullname" .root) (eq .role "worker") }}
{{- end }}

{{- define "xg2g-gpu.podSecurity" -}}
{{- $security := dict "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault") }}
{{- with .root.Values.user }}
{{- $_ := set $security "runAsUser" . }}
{{- $_ := set $security "runAsGroup" . }}
{{- $_ := set $security "fsGroup" . }}
{{- end }}
{{- if and .root.Values.gpu.groups (ne .role "gateway") }}
{{- $_ := set $security "supplementalGroups" .root.Values.gpu.groups }}
{{- end }}
{{- mergeOverwrite $security (deepCopy .values.podSecurityContext) | toYaml }}
{{- end }}
