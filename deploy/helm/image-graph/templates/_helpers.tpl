{{/* The name of all objects. */}}
{{- define "image-graph.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* The labels that select the pods. */}}
{{- define "image-graph.selector" -}}
app.kubernetes.io/name: image-graph
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* The labels of all objects. */}}
{{- define "image-graph.labels" -}}
{{ include "image-graph.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The image with its digest or tag. */}}
{{- define "image-graph.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* Whether a setting names a cloud, or says whether the sandbox is served: "true" or "". */}}
{{- define "image-graph.hasCloud" -}}
{{- range $name, $_ := .Values.settings -}}
{{- if regexMatch "^IMAGE_GRAPH_(SANDBOX|CLOUD|REGION|PROJECT_ID|AUTH|[A-Z]+_ENDPOINT)$" $name -}}true{{- end -}}
{{- end -}}
{{- end -}}

{{/* The lines of the file of settings. Numbers of YAML are floats, which would print as 1e+06. */}}
{{- define "image-graph.env" -}}
PORT=4000
HOST=0.0.0.0
IMAGE_GRAPH_METRICS_PORT=9464
IMAGE_GRAPH_METRICS_HOST=0.0.0.0
{{- if not (include "image-graph.hasCloud" .) }}
IMAGE_GRAPH_SANDBOX=true
{{- end }}
{{- range $name, $value := .Values.settings }}
{{ $name }}={{ kindIs "float64" $value | ternary (int64 $value) $value | toString | squote }}
{{- end }}
{{- range $name, $_ := .Values.secrets }}
{{ $name }}=/etc/image-graph/secrets/{{ trimSuffix "_FILE" $name }}
{{- end }}
{{- end -}}

{{/* What the pods may do, and the container. */}}
{{- define "image-graph.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}
{{- define "image-graph.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}
