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
{{- $seen := dict }}
{{- range $name, $_ := .Values.receivers }}
{{- $other := get $seen (upper $name) }}
{{- if $other }}
{{- fail (printf "receivers.%s and receivers.%s differ only in case, so they would share the environment variables of their credentials" $other $name) }}
{{- end }}
{{- $_ := set $seen (upper $name) $name }}
{{- end }}
{{- $several := eq (include "xg2g-gpu.several" .) "true" }}
{{- if and $several (eq (include "xg2g-gpu.dataClaimed" .) "true") }}
{{- fail "data.persistent and data.existingClaim are for one replica: one running program locks the data directory. With more, configure channels by config: xg2g.live.channels.<id>.url" }}
{{- end }}
{{- if and $several (eq .Values.service.sessionAffinity "None") (not .Values.security.playbackKeys.secret) }}
{{- fail "several replicas need service.sessionAffinity=ClientIP, or security.playbackKeys.secret: otherwise a player's next request can reach a replica that refuses the URL that another one has signed" }}
{{- end }}
{{- if and $several .Values.httpRoute.enabled (not (and .Values.httpRoute.sessionPersistence .Values.security.playbackKeys.secret)) }}
{{- fail "several replicas behind an HTTPRoute need httpRoute.sessionPersistence, since a gateway selects pods itself, without service.sessionAffinity, and security.playbackKeys.secret, for players that keep no cookies; or mode=cluster, in which every gateway serves every client" }}
{{- end }}
{{- if and (or .Values.ingress.enabled .Values.httpRoute.enabled) (not .Values.trustedProxies) }}
{{- fail "trustedProxies is missing: set the addresses of the ingress controller or gateway, for instance [10.0.0.0/8]. Otherwise all clients have the proxy's address, and share one rate limit" }}
{{- end }}
{{- range $role := include "xg2g-gpu.roles" . | fromJsonArray }}
{{- $part := dict "root" $ "role" $role }}
{{- include "xg2g-gpu.part" $part }}
{{- $path := ternary "" (print $role ".") (eq $role "single") }}
{{- with $part.values.autoscaling }}
{{- if and (eq .type "keda") (not .keda.serverAddress) }}
{{- fail (printf "%sautoscaling.keda.serverAddress is missing: the Prometheus that KEDA queries, for instance http://prometheus-operated.monitoring:9090" $path) }}
{{- end }}
{{- if gt (int .minReplicas) (int .maxReplicas) }}
{{- fail (printf "%sautoscaling.minReplicas is more than %sautoscaling.maxReplicas" $path $path) }}
{{- end }}
{{- if and (eq $role "gateway") (ne .type "none") (not (dig "requests" "cpu" "" $part.values.resources)) }}
{{- fail "gateway.resources.requests.cpu is missing: gateway.autoscaling.targetPercent is a part of it" }}
{{- end }}
{{- end }}
{{- end }}
{{- if eq .Values.mode "cluster" }}
{{- with .Values.cluster }}
{{- if not .broker.url }}
{{- fail "cluster.broker.url is missing: the broker (ActiveMQ Artemis) that distributes the free slots, for instance amqp://artemis.messaging.svc:5672" }}
{{- end }}
{{- if not .redis.url }}
{{- fail "cluster.redis.url is missing: the Redis or Valkey in which gateways keep what they share, for instance redis://valkey.databases.svc:6379" }}
{{- end }}
{{- end }}
{{- if and .Values.networkPolicy.enabled .Values.networkPolicy.egressPreset.enabled (not .Values.networkPolicy.egressPreset.cluster) }}
{{- fail "networkPolicy.egressPreset.cluster is missing: peers with the broker and Redis, which the preset would otherwise block" }}
{{- end }}
{{- end }}
{{- end }}
