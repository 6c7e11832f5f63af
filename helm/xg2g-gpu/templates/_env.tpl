{{/* An environment variable from a secret: name, secret, key. */}}
{{- define "xg2g-gpu.secretVariable" }}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}

{{/* Environment of the container of a part. */}}
{{- define "xg2g-gpu.environment" -}}
{{- if ne .role "worker" }}
- name: QUARKUS_HTTP_HOST
  value: 0.0.0.0
{{- end }}
- name: QUARKUS_MANAGEMENT_HOST
  value: 0.0.0.0
# Created by the service in the volume, so that its user owns it.
- name: XG2G_FFMPEG_WORK_DIR
  value: /var/lib/xg2g-gpu/work
- name: XG2G_DATA_DIR
  value: /var/lib/xg2g-gpu/data
{{- if eq (include "xg2g-gpu.gpuVendor" .) "nvidia" }}
- name: NVIDIA_DRIVER_CAPABILITIES
  value: compute,video,utility
# Where GKE mounts the driver's libraries; elsewhere there is no such directory.
- name: LD_LIBRARY_PATH
  value: /usr/local/nvidia/lib64
{{- else }}
# Without the device plugin, NVIDIA's runtime would expose what the image requests: all GPUs of the node.
- name: NVIDIA_VISIBLE_DEVICES
  value: void
{{- end }}
{{- if ne .role "single" }}{{ include "xg2g-gpu.clusterEnvironment" . }}{{ end }}
{{- if ne .role "worker" }}{{ include "xg2g-gpu.ownEnvironment" .root }}{{ end }}
{{- with .values.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Of a program that takes requests: the secrets of what it connects to. */}}
{{- define "xg2g-gpu.ownEnvironment" -}}
{{- with .Values.security.playbackKeys }}
{{- if .secret }}
{{- include "xg2g-gpu.secretVariable" (dict "name" "XG2G_SECURITY_PLAYBACK_KEYS" "secret" .secret "key" .key) }}
{{- end }}
{{- end }}
{{- range $name, $receiver := .Values.receivers }}
{{- if $receiver.credentialsSecret }}
{{- range tuple "username" "password" }}
{{- $variable := include "xg2g-gpu.receiverVariable" (dict "name" $name "field" (upper .)) }}
{{- include "xg2g-gpu.secretVariable" (dict "name" $variable "secret" $receiver.credentialsSecret "key" .) }}
{{- end }}
{{- end }}
{{- end }}
{{- range $name, $camera := .Values.cameras }}
{{- if $camera.credentialsSecret }}
{{- range tuple "username" "password" }}
{{- $variable := include "xg2g-gpu.cameraVariable" (dict "name" $name "field" (upper .)) }}
{{- include "xg2g-gpu.secretVariable" (dict "name" $variable "secret" $camera.credentialsSecret "key" .) }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.upload }}
{{- if .credentialsSecret }}
{{- $secret := .credentialsSecret }}
{{- range get (dict "s3" (tuple "access-key" "secret-key") "basic" (tuple "username" "password") "bearer" (tuple "token")) .credentials }}
{{- $variable := print "XG2G_UPLOAD_" (hasSuffix "-key" . | ternary "S3_" "") (upper . | replace "-" "_") }}
{{- include "xg2g-gpu.secretVariable" (dict "name" $variable "secret" $secret "key" .) }}
{{- end }}
{{- end }}
{{- end }}
{{- range $output, $values := .Values.cameraOutputs }}
{{- if $values.credentialsSecret }}
{{- range tuple "username" "password" }}
{{- $variable := printf "XG2G_CAMERA_OUTPUTS_%s_%s" (upper $output) (upper .) }}
{{- include "xg2g-gpu.secretVariable" (dict "name" $variable "secret" $values.credentialsSecret "key" .) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Of a member of a cluster. A gateway is found by its name and the headless service, also after a restart; a worker, which announces
itself, by its address.
*/}}
{{- define "xg2g-gpu.clusterEnvironment" }}
- name: XG2G_CLUSTER_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: XG2G_CLUSTER_ADDRESS
{{- if eq .role "gateway" }}
  value: $(XG2G_CLUSTER_NAME).{{ include "xg2g-gpu.inner" .root }}.{{ .root.Release.Namespace }}.svc
{{- else }}
  valueFrom:
    fieldRef:
      fieldPath: status.podIP
{{- end }}
{{- $cluster := .root.Values.cluster }}
{{- include "xg2g-gpu.secretVariable" (dict "name" "XG2G_CLUSTER_SECRET" "secret" (include "xg2g-gpu.clusterSecret" .root) "key" $cluster.secretKey) }}
{{- range $server := ternary (list "broker" "redis") (list "broker") (eq .role "gateway") }}
{{- with (index $cluster $server).credentialsSecret }}
{{- $secret := . }}
{{- range tuple "username" "password" }}
{{- $variable := printf "XG2G_CLUSTER_%s_%s" (upper $server) (upper .) }}
{{- include "xg2g-gpu.secretVariable" (dict "name" $variable "secret" $secret "key" .) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
