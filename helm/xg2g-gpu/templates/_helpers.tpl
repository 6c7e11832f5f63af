{{- define "xg2g-gpu.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* At most 48 characters, so that the suffixes of the objects fit into 63. */}}
{{- define "xg2g-gpu.fullname" -}}
{{- $name := include "xg2g-gpu.name" . }}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) }}
{{- default $full .Values.fullnameOverride | replace "." "-" | trunc 48 | trimSuffix "-" }}
{{- end }}

{{- define "xg2g-gpu.selector" -}}
app.kubernetes.io/name: {{ include "xg2g-gpu.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of the pod of `helm test`, which must not match the service's selector. */}}
{{- define "xg2g-gpu.testLabels" -}}
app.kubernetes.io/name: {{ include "xg2g-gpu.name" . }}-test
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of the pods of a part. */}}
{{- define "xg2g-gpu.partSelector" -}}
{{ include "xg2g-gpu.selector" .root }}
{{- if ne .role "single" }}
app.kubernetes.io/component: {{ .role }}
{{- end }}
{{- end }}

{{- define "xg2g-gpu.labels" -}}
{{ include "xg2g-gpu.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "xg2g-gpu.serviceAccount" -}}
{{- default (.Values.serviceAccount.create | ternary (include "xg2g-gpu.fullname" .) "default") .Values.serviceAccount.name }}
{{- end }}

{{- define "xg2g-gpu.image" -}}
{{- with .Values.image -}}
{{ .repository }}:{{ default $.Chart.AppVersion .tag }}{{ if .digest }}@{{ .digest }}{{ end }}
{{- end }}
{{- end }}

{{/*
A part of the release: the program on its own (single), or the gateways or workers of a cluster. Sets in the dictionary, which has
root and role: name, of its objects; and values. Values of gateway or worker replace those of the same name above them; those with
fixed keys are merged.
*/}}
{{- define "xg2g-gpu.part" -}}
{{- $full := include "xg2g-gpu.fullname" .root }}
{{- $values := omit .root.Values "gateway" "worker" }}
{{- if eq .role "single" }}
{{- $_ := set . "name" $full }}
{{- else }}
{{- /* At most 52 characters, so that a label with the revision of a StatefulSet fits into 63. */}}
{{- $_ := set . "name" (printf "%s-%s" ($full | trunc 44 | trimSuffix "-") .role) }}
{{- range $key, $value := index .root.Values .role }}
{{- if has $key (list "resources" "spread" "drain" "work" "data" "autoscaling" "podDisruptionBudget") }}
{{- $value = mergeOverwrite (deepCopy (index $values $key)) $value }}
{{- end }}
{{- $_ := set $values $key $value }}
{{- end }}
{{- end }}
{{- $_ := set . "values" $values }}
{{- end }}

{{/* Roles of the parts of the release, as a list in JSON. */}}
{{- define "xg2g-gpu.roles" -}}
{{- ternary (list "single") (list "gateway" "worker") (eq .Values.mode "single") | toJson }}
{{- end }}

{{/* Name of the headless service of the port for the other members of a cluster. */}}
{{- define "xg2g-gpu.inner" -}}
{{- include "xg2g-gpu.fullname" . }}-inner
{{- end }}

{{/* Name of the secret that all members of a cluster share. */}}
{{- define "xg2g-gpu.clusterSecret" -}}
{{- default (printf "%s-cluster" (include "xg2g-gpu.fullname" .)) .Values.cluster.secret }}
{{- end }}

{{/* What separates this cluster from others that use the same broker or Redis: at most 64 characters. */}}
{{- define "xg2g-gpu.clusterId" -}}
{{- printf "%s.%s" .Release.Namespace (include "xg2g-gpu.fullname" .) | trunc 64 }}
{{- end }}

{{/* The usual resource of the vendor's GPUs, and the usual taint of their nodes. */}}
{{- define "xg2g-gpu.gpuTaint" -}}
{{- get (dict "nvidia" "nvidia.com/gpu" "intel" "gpu.intel.com/i915" "amd" "amd.com/gpu") .Values.gpu.vendor }}
{{- end }}

{{/* Vendor of the GPU of a part: gateways have none. */}}
{{- define "xg2g-gpu.gpuVendor" -}}
{{- ternary "none" .root.Values.gpu.vendor (eq .role "gateway") }}
{{- end }}

{{/* The extended resource of the GPU of a part; empty where there is none. */}}
{{- define "xg2g-gpu.gpuResource" -}}
{{- if ne (include "xg2g-gpu.gpuVendor" .) "none" }}
{{- default (include "xg2g-gpu.gpuTaint" .root) .root.Values.gpu.resource }}
{{- end }}
{{- end }}

{{/* Whether the data directory of a program on its own is on a claim, and so persists after the pod. */}}
{{- define "xg2g-gpu.dataClaimed" -}}
{{- or .Values.data.persistent (ne .Values.data.existingClaim "") }}
{{- end }}

{{/* Whether there may be more than one replica of programs that do not know each other. */}}
{{- define "xg2g-gpu.several" -}}
{{- and (eq .Values.mode "single") (or (gt (int .Values.replicas) 1) (ne .Values.autoscaling.type "none")) }}
{{- end }}

{{/*
Number of replicas of a part. An autoscaler sets it; but Helm would reset a number that the manifest no longer has to 1, so the
running one is kept.
*/}}
{{- define "xg2g-gpu.replicas" -}}
{{- if eq .values.autoscaling.type "none" -}}
replicas: {{ .values.replicas }}
{{- else if .root.Release.IsUpgrade }}
{{- with lookup "apps/v1" .kind .root.Release.Namespace .name -}}
replicas: {{ .spec.replicas }}
{{- end }}
{{- end }}
{{- end }}

{{/* PromQL selector of the metrics of all replicas, with braces, for the autoscalers. */}}
{{- define "xg2g-gpu.fleet" -}}
{{- printf "{namespace=%q, service=%q}" .Release.Namespace (printf "%s-metrics" (include "xg2g-gpu.fullname" .)) }}
{{- end }}

{{/* Environment variable for a receiver's credential. Not under XG2G_, where unknown names are an error. */}}
{{- define "xg2g-gpu.receiverVariable" -}}
RECEIVER_{{ .name | upper | replace "-" "_" }}_{{ .field }}
{{- end }}

{{/* Environment variable for a camera's credential; as that of a receiver. */}}
{{- define "xg2g-gpu.cameraVariable" -}}
CAMERA_{{ .name | upper | replace "-" "_" }}_{{ .field }}
{{- end }}

{{/* A property, with its value as Java reads it. */}}
{{- define "xg2g-gpu.property" -}}
{{- $value := kindIs "string" .value | ternary .value (toJson .value) -}}
{{ .key }}={{ $value | replace "\\" "\\\\" | replace "\n" "\\n" }}
{{- end }}

{{/* Properties of a program that takes requests, into the dictionary `all`. */}}
{{- define "xg2g-gpu.ownProperties" -}}
{{- $all := .all }}
{{- with .root.Values.security }}
{{- if .anonymous }}{{ $_ := set $all "xg2g.security.anonymous" "true" }}{{ end }}
{{- if .tokensSecret }}{{ $_ := set $all "xg2g.security.token-file" "/etc/xg2g-gpu-tokens/tokens.properties" }}{{ end }}
{{- with .oidc.issuer }}{{ $_ := set $all "xg2g.security.oidc.issuer" . }}{{ end }}
{{- with .oidc.audience }}{{ $_ := set $all "xg2g.security.oidc.audience" (join "," .) }}{{ end }}
{{- with .oidc.rolesClaim }}{{ $_ := set $all "xg2g.security.oidc.roles-claim" . }}{{ end }}
{{- end }}
{{- with .root.Values.trustedProxies }}{{ $_ := set $all "xg2g.http.trusted-proxies" (join "," .) }}{{ end }}
{{- range $name, $receiver := .root.Values.receivers }}
{{- $prefix := printf "xg2g.receivers.%s." $name }}
{{- $_ := set $all (print $prefix "url") $receiver.url }}
{{- if $receiver.credentialsSecret }}
{{- range tuple "username" "password" }}
{{- $variable := include "xg2g-gpu.receiverVariable" (dict "name" $name "field" (upper .)) }}
{{- $_ := set $all (print $prefix .) (printf "${%s}" $variable) }}
{{- end }}
{{- end }}
{{- end }}
{{- range $name, $camera := .root.Values.cameras }}
{{- $prefix := printf "xg2g.cameras.%s." $name }}
{{- range $key, $value := omit $camera "credentialsSecret" }}
{{- $_ := set $all (print $prefix $key) $value }}
{{- end }}
{{- if $camera.credentialsSecret }}
{{- range tuple "username" "password" }}
{{- $variable := include "xg2g-gpu.cameraVariable" (dict "name" $name "field" (upper .)) }}
{{- $_ := set $all (print $prefix .) (printf "${%s}" $variable) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Properties of a member of a cluster, into the dictionary `all`. */}}
{{- define "xg2g-gpu.clusterProperties" -}}
{{- $id := include "xg2g-gpu.clusterId" .root }}
{{- $_ := set .all "xg2g.role" .role }}
{{- with .root.Values.cluster }}
{{- $_ := set $.all "xg2g.cluster.port" .port }}
{{- $_ := set $.all "xg2g.cluster.broker.url" .broker.url }}
{{- $_ := set $.all "xg2g.cluster.broker.address" (default $id .broker.address) }}
{{- if eq $.role "gateway" }}
{{- $_ := set $.all "xg2g.cluster.redis.url" .redis.url }}
{{- $_ := set $.all "xg2g.cluster.redis.prefix" (default $id .redis.prefix) }}
{{- end }}
{{- if .caSecret }}{{ $_ := set $.all "xg2g.cluster.ca-file" "/etc/xg2g-gpu-ca/ca.crt" }}{{ end }}
{{- end }}
{{- end }}

{{/* Content of application.properties of a part. */}}
{{- define "xg2g-gpu.properties" -}}
{{- $all := dict "xg2g.shutdown-grace" (printf "%ds" (int .values.drain.graceSeconds)) }}
{{- with .root.Values.tracing.endpoint }}{{ $_ := set $all "quarkus.otel.exporter.otlp.endpoint" . }}{{ end }}
{{- if ne .role "worker" }}{{ include "xg2g-gpu.ownProperties" (dict "root" .root "all" $all) }}{{ end }}
{{- if ne .role "single" }}{{ include "xg2g-gpu.clusterProperties" (dict "root" .root "role" .role "all" $all) }}{{ end }}
{{- $fixed := list "xg2g.ffmpeg.work-dir" "xg2g.data-dir" "xg2g.security.playback.keys" "xg2g.role"
    "quarkus.http.host" "quarkus.http.port" "quarkus.management.host" "quarkus.management.port" }}
{{- range $key, $value := .values.config }}
{{- if or (hasKey $all $key) (has $key $fixed) (hasPrefix "xg2g.cluster." $key) }}
{{- fail (printf "config.%s: the chart sets this property itself, or from a value of its own" $key) }}
{{- end }}
{{- $_ := set $all $key $value }}
{{- end }}
{{- /* Units of gateways run on workers. */}}
{{- if and (eq .role "gateway") (not (hasKey $all "xg2g.gpu.software.policy")) }}{{ $_ := set $all "xg2g.gpu.software.policy" "never" }}{{ end }}
{{- range $key, $value := $all }}
{{ include "xg2g-gpu.property" (dict "key" $key "value" $value) }}
{{- end }}
{{- end }}
