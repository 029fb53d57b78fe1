/**
 * C++ that holds signals back while TensorFlow runs an op, linked in front of its `TFE_NewContext` and `TFE_Execute`.
 *
 * The matrix products of oneDNN before 3.11.2, which every TensorFlow up to 2.21 has, point the stack register at the
 * heap while they run. A signal that comes then, such as Ctrl-C, a profiler's or that of a terminal's new size,
 * writes its frame there: "corrupted size vs. prev_size" (https://github.com/uxlfoundation/oneDNN/issues/4845).
 * Threads that the context starts are born with the signals held; those of Node get them between two ops.
 */
export const HOLD_SIGNALS = `
#include <pthread.h>
#include <signal.h>
#include <initializer_list>

#include "tensorflow/c/eager/c_api.h"

namespace {

class HeldSignals {
 public:
  HeldSignals() {
    sigset_t held;
    sigfillset(&held);
    // What a fault of the thread itself raises.
    for (int own : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP}) sigdelset(&held, own);
    pthread_sigmask(SIG_BLOCK, &held, &before_);
  }
  ~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace

extern "C" {

TFE_Context* __real_TFE_NewContext(const TFE_ContextOptions* options, TF_Status* status);
TFE_Context* __wrap_TFE_NewContext(const TFE_ContextOptions* options, TF_Status* status) {
  HeldSignals held;
  return __real_TFE_NewContext(options, status);
}

void __real_TFE_Execute(TFE_Op* op, TFE_TensorHandle** results, int* count, TF_Status* status);
void __wrap_TFE_Execute(TFE_Op* op, TFE_TensorHandle** results, int* count, TF_Status* status) {
  HeldSignals held;
  __real_TFE_Execute(op, results, count, status);
}

}  // extern "C"
`;

/** For the linker. */
export const WRAPPED: readonly string[] = ["TFE_NewContext", "TFE_Execute"].map(
  (name) => `-Wl,--wrap=${name}`,
);
