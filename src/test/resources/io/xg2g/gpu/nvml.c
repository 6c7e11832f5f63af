/*
 * A small libnvidia-ml.so for tests: two GPUs, the second divided into MIG devices, with figures that a test can
 * foresee. The layouts are those of NVIDIA's nvml.h.
 *
 * STATE is a file of lines "key value" that is read at every call, so that a test can change what happens:
 *   count N    GPUs there are (2)          code N     answer of every call (0)
 *   lost N     the GPU that is off the bus hang 1     calls never return
 *   encoder N  busy percent of the encoder xids N     XID errors (79) of the first GPU so far
 * CRASH_ON_LOAD, HANG_ON_LOAD and OLD (without what newer drivers added) are set when it is compiled.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define API __attribute__((visibility("default")))

enum { NOT_SUPPORTED = 3, NOT_FOUND = 6, TIMEOUT = 10, LOST = 15 };

struct device { unsigned index; int mig; };
struct utilization { unsigned gpu, memory; };
struct memory { unsigned long long total, free, used; };
struct memory_v2 { unsigned version; unsigned long long total, reserved, free, used; };
struct pci { char legacy[16]; unsigned domain, bus, device, id, subsystem; char bus_id[32]; };
struct session { unsigned id, pid, vgpu, codec, width, height, fps, latency; };
struct event { struct device *device; unsigned long long type, data; unsigned gpu_instance, compute_instance; };

static struct device gpus[] = {{0, 0}, {1, 0}};
static long delivered;

#if defined(CRASH_ON_LOAD)
__attribute__((constructor)) static void crash(void) { *(volatile int *) 8 = 1; }
#elif defined(HANG_ON_LOAD)
__attribute__((constructor)) static void hang(void) { for (;;) pause(); }
#endif

static long setting(const char *key, long otherwise) {
    FILE *file = fopen(STATE, "r");
    char name[32];
    long value, found = otherwise;
    while (file && fscanf(file, "%31s %ld", name, &value) == 2) {
        if (!strcmp(name, key)) found = value;
    }
    if (file) fclose(file);
    return found;
}

static int answer(struct device *device) {
    while (setting("hang", 0)) usleep(20000);
    if (device && setting("lost", -1) == device->index) return LOST;
    return (int) setting("code", 0);
}

/* What only a whole GPU can be asked. */
static int undivided(struct device *device) {
    int code = answer(device);
    return code ? code : device->index == 1 ? NOT_SUPPORTED : 0;
}

API int nvmlInit_v2(void) { return answer(0); }
API int nvmlShutdown(void) { return 0; }
API int nvmlSystemGetDriverVersion(char *text, unsigned size) {
    snprintf(text, size, "550.54.15");
    return answer(0);
}
API int nvmlDeviceGetCount_v2(unsigned *count) {
    *count = (unsigned) setting("count", 2);
    return answer(0);
}
API int nvmlDeviceGetHandleByIndex_v2(unsigned index, struct device **device) {
    *device = &gpus[index];
    return answer(0);
}
API int nvmlDeviceGetUUID(struct device *device, char *text, unsigned size) {
    snprintf(text, size, "%s-0000000%u-0000-0000-0000-00000000000%d", device->mig ? "MIG" : "GPU", device->index,
             device->mig);
    return answer(device);
}
API int nvmlDeviceGetName(struct device *device, char *text, unsigned size) {
    snprintf(text, size, device->mig ? "NVIDIA A100 MIG 1g.5gb" : device->index ? "NVIDIA A100" : "NVIDIA L4");
    return answer(device);
}
API int nvmlDeviceGetPciInfo_v3(struct device *device, struct pci *info) {
    memset(info, 0, sizeof *info);
    snprintf(info->bus_id, sizeof info->bus_id, "00000000:%c1:00.0", device->index ? 'C' : '4');
    return answer(device);
}
API int nvmlDeviceGetUtilizationRates(struct device *device, struct utilization *rates) {
    rates->gpu = 37;
    rates->memory = 12;
    return undivided(device);
}
API int nvmlDeviceGetEncoderUtilization(struct device *device, unsigned *percent, unsigned *micros) {
    *percent = (unsigned) setting("encoder", 64);
    *micros = 167000;
    return undivided(device);
}
API int nvmlDeviceGetDecoderUtilization(struct device *device, unsigned *percent, unsigned *micros) {
    *percent = 21;
    *micros = 167000;
    return undivided(device);
}
#ifndef OLD
static struct device migs[] = {{1, 1}, {1, 2}};

API int nvmlDeviceGetMemoryInfo_v2(struct device *device, struct memory_v2 *memory) {
    if (memory->version != (sizeof *memory | 2u << 24)) return 2;
    memory->total = 24000000000ULL;
    memory->reserved = 500000000ULL;
    memory->free = 20000000000ULL;
    memory->used = 3500000000ULL;
    return answer(device);
}
API int nvmlDeviceGetMigMode(struct device *device, unsigned *current, unsigned *pending) {
    *current = *pending = device->index;
    return answer(device);
}
API int nvmlDeviceGetMaxMigDeviceCount(struct device *device, unsigned *count) {
    *count = 7;
    return answer(device);
}
API int nvmlDeviceGetMigDeviceHandleByIndex(struct device *device, unsigned index, struct device **mig) {
    if (index >= 2) return NOT_FOUND;
    *mig = &migs[index];
    return answer(device);
}
#endif
API int nvmlDeviceGetMemoryInfo(struct device *device, struct memory *memory) {
    memory->total = 24000000000ULL;
    memory->free = 20000000000ULL;
    memory->used = 4000000000ULL;
    return answer(device);
}
API int nvmlDeviceGetTemperature(struct device *device, unsigned sensor, unsigned *celsius) {
    *celsius = 61 + sensor;
    return device->mig ? NOT_SUPPORTED : answer(device);
}
API int nvmlDeviceGetPowerUsage(struct device *device, unsigned *milliwatts) {
    *milliwatts = 45250;
    return device->mig ? NOT_SUPPORTED : answer(device);
}
API int nvmlDeviceGetClockInfo(struct device *device, unsigned type, unsigned *megahertz) {
    *megahertz = type == 0 ? 1590 : type == 2 ? 6251 : 0;
    return device->mig ? NOT_SUPPORTED : answer(device);
}
API int nvmlDeviceGetEncoderSessions(struct device *device, unsigned *count, struct session *sessions) {
    if (*count < 2) return 7;
    *count = 2;
    sessions[0] = (struct session) {1, 4711, 0, 0, 1920, 1080, 25, 3900};
    sessions[1] = (struct session) {2, 4712, 0, 1, 1280, 720, 50, 2100};
    return undivided(device);
}
API int nvmlEventSetCreate(void **set) {
    *set = &delivered;
    delivered = setting("xids", 0);
    return answer(0);
}
API int nvmlEventSetFree(void *set) { return set == &delivered ? 0 : 2; }
API int nvmlDeviceRegisterEvents(struct device *device, unsigned long long types, void *set) {
    return types == 8 && set == &delivered ? answer(device) : 2;
}
API int nvmlEventSetWait_v2(void *set, struct event *event, unsigned millis) {
    if (set != &delivered || millis > 100) return 2;
    if (delivered >= setting("xids", 0)) return setting("lost", -1) < 0 ? TIMEOUT : LOST;
    delivered++;
    *event = (struct event) {&gpus[0], 8, 79, ~0u, ~0u};
    return 0;
}
