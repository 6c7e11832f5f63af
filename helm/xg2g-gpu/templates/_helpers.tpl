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

{{/* The usual resource of the vendor's GPUs, and the usual taint of their nodes. */}}
{{- define "xg2g-gpu.gpuTaint" -}}
{{- get (dict "nvidia" "nvidia.com/gpu" "intel" "gpu.intel.com/i915" "amd" "amd.com/gpu") .Values.gpu.vendor }}
{{- end }}

{{/* The extended resource of the GPU; empty where there is none. */}}
{{- define "xg2g-gpu.gpuResource" -}}
{{- if ne .Values.gpu.vendor "none" }}
{{- default (include "xg2g-gpu.gpuTaint" .) .Values.gpu.resource }}
{{- end }}
{{- end }}

{{/* Whether the data directory is on a claim, and so persists after the pod. */}}
{{- define "xg2g-gpu.dataClaimed" -}}
{{- or .Values.data.persistent (ne .Values.data.existingClaim "") }}
{{- end }}

{{/* Whether there may be more than one replica. */}}
{{- define "xg2g-gpu.several" -}}
{{- or (gt (int .Values.replicas) 1) (ne .Values.autoscaling.type "none") }}
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

{{/* Content of application.properties. */}}
{{- define "xg2g-gpu.properties" -}}
{{- $all := dict "xg2g.shutdown-grace" (printf "%ds" (int .Values.drain.graceSeconds)) }}
{{- with .Values.security }}
{{- if .anonymous }}{{ $_ := set $all "xg2g.security.anonymous" "true" }}{{ end }}
{{- if .tokensSecret }}{{ $_ := set $all "xg2g.security.token-file" "/etc/xg2g-gpu-tokens/tokens.properties" }}{{ end }}
{{- with .oidc.issuer }}{{ $_ := set $all "xg2g.security.oidc.issuer" . }}{{ end }}
{{- with .oidc.audience }}{{ $_ := set $all "xg2g.security.oidc.audience" (join "," .) }}{{ end }}
{{- with .oidc.rolesClaim }}{{ $_ := set $all "xg2g.security.oidc.roles-claim" . }}{{ end }}
{{- end }}
{{- with .Values.trustedProxies }}{{ $_ := set $all "xg2g.http.trusted-proxies" (join "," .) }}{{ end }}
{{- with .Values.tracing.endpoint }}{{ $_ := set $all "quarkus.otel.exporter.otlp.endpoint" . }}{{ end }}
{{- range $name, $receiver := .Values.receivers }}
{{- $prefix := printf "xg2g.receivers.%s." $name }}
{{- $_ := set $all (print $prefix "url") $receiver.url }}
{{- if $receiver.credentialsSecret }}
{{- range tuple "username" "password" }}
{{- $variable := include "xg2g-gpu.receiverVariable" (dict "name" $name "field" (upper .)) }}
{{- $_ := set $all (print $prefix .) (printf "${%s}" $variable) }}
{{- end }}
{{- end }}
{{- end }}
{{- range $name, $camera := .Values.cameras }}
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
{{- $fixed := list "xg2g.ffmpeg.work-dir" "xg2g.data-dir" "xg2g.security.playback.keys"
    "quarkus.http.host" "quarkus.http.port" "quarkus.management.host" "quarkus.management.port" }}
{{- range $key, $value := .Values.config }}
{{- if or (hasKey $all $key) (has $key $fixed) }}
{{- fail (printf "config.%s: the chart sets this property itself, or from a value of its own" $key) }}
{{- end }}
{{- $_ := set $all $key $value }}
{{- end }}
{{- range $key, $value := $all }}
{{ include "xg2g-gpu.property" (dict "key" $key "value" $value) }}
{{- end }}
{{- end }}

{{/* Validation with error messages that are clearer than those of the schema. */}}
{{- define "xg2g-gpu.check" -}}
{{- $known := or .Values.security.oidc.issuer .Values.security.tokensSecret }}
{{- if and (not $known) (not .Values.security.anonymous) }}
{{- fail "security: authentication is not configured. Set security.oidc.issuer (a provider), or security.tokensSecret (API tokens), or security.anonymous=true, which gives all rights to every client" }}
{{- end }}
{{- if and $known .Values.security.anonymous }}
{{- fail "security.anonymous is true, but a provider or tokens are configured too; allowed is one of both" }}
{{- end }}
{{- if and .Values.security.oidc.issuer (not .Values.security.oidc.audience) }}
{{- fail "security.oidc.audience is missing: it selects the provider's tokens that are issued for this service" }}
{{- end }}
{{- $several := eq (include "xg2g-gpu.several" .) "true" }}
{{- if and $several (eq (include "xg2g-gpu.dataClaimed" .) "true") }}
{{- fail "data.persistent and data.existingClaim are for one replica: one running program locks the data directory. With more, configure channels by config: xg2g.live.channels.<id>.url" }}
{{- end }}
{{- if and $several (eq .Values.service.sessionAffinity "None") (not .Values.security.playbackKeys.secret) }}
{{- fail "several replicas need service.sessionAffinity=ClientIP, or security.playbackKeys.secret: otherwise a player's next request can reach a replica that refuses the URL that another one has signed" }}
{{- end }}
{{- if and (or .Values.ingress.enabled .Values.gateway.enabled) (not .Values.trustedProxies) }}
{{- fail "trustedProxies is missing: set the addresses of the ingress controller or gateway, for instance [10.0.0.0/8]. Otherwise all clients have the proxy's address, and share one rate limit" }}
{{- end }}
{{- if and (eq .Values.autoscaling.type "keda") (not .Values.autoscaling.keda.serverAddress) }}
{{- fail "autoscaling.keda.serverAddress is missing: the Prometheus that KEDA queries, for instance http://prometheus-operated.monitoring:9090" }}
{{- end }}
{{- if gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas) }}
{{- fail "autoscaling.minReplicas is more than autoscaling.maxReplicas" }}
{{- end }}
{{- end }}
