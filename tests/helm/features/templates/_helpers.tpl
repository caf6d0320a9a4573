{{/* Names and labels. */}}
{{- define "features.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end -}}
{{- define "features.fullname" -}}
{{- if contains (include "features.name" .) .Release.Name -}}
{{- .Release.Name -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "features.name" .) -}}
{{- end -}}
{{- end -}}
{{- define "features.labels" }}
app.kubernetes.io/name: {{ include "features.name" . }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.global.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- define "features.port" -}}
{{- $found := 0 -}}
{{- range .ports -}}{{- if eq .name $.wanted -}}{{- $found = int .number -}}{{- end -}}{{- end -}}
{{- $found -}}
{{- end -}}
{{- define "features.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
