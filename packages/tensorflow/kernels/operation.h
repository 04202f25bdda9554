/** An operation of TensorFlow: its inputs and outputs as plain arrays of floats. */
#pragma once
#include "tensorflow-c.h"
#include <initializer_list>
#include <memory>
#include <numeric>
#include <vector>

namespace netspace {

using Sizes = std::vector<int64_t>;

inline int64_t product(const Sizes &sizes, size_t count) {
  return std::accumulate(sizes.begin(), sizes.begin() + count, (int64_t)1, std::multiplies<int64_t>());
}

/** A tensor of floats that is ours for the length of a call; or none. */
class Floats {
public:
  explicit Floats(TF_Tensor *tensor) : tensor(tensor, TF_DeleteTensor) {}
  const float *read() const { return write(); }
  float *write() const { return tensor ? static_cast<float *>(TF_TensorData(tensor.get())) : nullptr; }
  Sizes sizes() const {
    Sizes all(TF_NumDims(tensor.get()));
    for (size_t i = 0; i < all.size(); i++) all[i] = TF_Dim(tensor.get(), (int)i);
    return all;
  }

private:
  std::unique_ptr<TF_Tensor, void (*)(TF_Tensor *)> tensor;
};

/** TensorFlow could not give or take a tensor; it knows why. */
struct Refused {};

/** One call of an operation. */
class Call {
public:
  explicit Call(TF_OpKernelContext *context) : context(context), status(TF_NewStatus(), TF_DeleteStatus) {}

  Floats input(int index) const {
    TF_Tensor *tensor = nullptr;
    TF_GetInput(context, index, &tensor, status.get());
    demand();
    return Floats(tensor);
  }

  Floats output(int index, const Sizes &sizes) const {
    constexpr int typeFloat = 1;
    const size_t bytes = sizeof(float) * product(sizes, sizes.size());
    TF_Tensor *tensor = TF_AllocateOutput(context, index, typeFloat, sizes.data(), (int)sizes.size(), bytes, status.get());
    demand();
    return Floats(tensor);
  }

  /**
   * In the place of an input of the same size, if nobody else will read that: then `read` is the same memory, to be read before it is written.
   * An input that a call has in its hands already is never given up.
   */
  struct Replaced {
    Floats output, input;
    const float *read() const { return input.read() ? input.read() : output.read(); }
    float *write() const { return output.write(); }
  };
  Replaced outputInPlaceOf(int input, int index, const Sizes &sizes) const {
    int forwarded = -1;
    TF_Tensor *tensor = TF_ForwardInputOrAllocateOutput(context, &input, 1, index, sizes.data(), (int)sizes.size(), &forwarded, status.get());
    demand();
    Floats output(tensor);
    return {std::move(output), forwarded < 0 ? this->input(input) : Floats(nullptr)};
  }

  void fail() const { TF_OpKernelContext_Failure(context, status.get()); }

private:
  TF_OpKernelContext *context;
  std::unique_ptr<TF_Status, void (*)(TF_Status *)> status;

  void demand() const {
    if (TF_GetCode(status.get()) != 0) throw Refused();
  }
};

/** The attributes that our operations may have. */
struct Attributes {
  /** An activation follows. */
  bool relu = false;
  /** Tensors that are added before it. */
  int shortcuts = 0;
  /** Tensors of sums that whoever made a gradient has found. */
  int sums = 0;
  /** Gradients that have arrived from elsewhere, and are added to one that is made. */
  int added = 0;
  /** Pixels of the map that gradients are added to, to one of theirs, along a side. */
  int addedStride = 1;
  /** The gradient to a map counts only where that is positive. */
  bool gated = false;
  /** Added to a variance. */
  float epsilon = 0;
  /** Weight of the batch's statistics in the running ones. */
  float momentum = 0;
  /** The moments of the output are wanted. */
  bool moments = false;
  /** Pixels of a convolution's input to one of its output, along a side. */
  int stride = 1;
};

using Compute = void (*)(const Call &, const Attributes &);

struct Operation {
  const char *name;
  std::initializer_list<const char *> attributes, inputs, outputs;
};

template <Compute compute> void runCall(void *attributes, TF_OpKernelContext *context) {
  const Call call(context);
  try {
    compute(call, *static_cast<Attributes *>(attributes));
  } catch (const Refused &) {
    call.fail();
  }
}

/** Attributes that an operation does not have keep their defaults. */
inline void *readAttributes(TF_OpKernelConstruction *construction) {
  auto *read = new Attributes();
  const std::unique_ptr<TF_Status, void (*)(TF_Status *)> status(TF_NewStatus(), TF_DeleteStatus);
  const auto isThere = [&] { return TF_GetCode(status.get()) == 0; };
  unsigned char flag = 0;
  TF_OpKernelConstruction_GetAttrBool(construction, "relu", &flag, status.get());
  if (isThere()) read->relu = flag != 0;
  TF_OpKernelConstruction_GetAttrBool(construction, "moments", &flag, status.get());
  if (isThere()) read->moments = flag != 0;
  TF_OpKernelConstruction_GetAttrBool(construction, "gated", &flag, status.get());
  if (isThere()) read->gated = flag != 0;
  int32_t count = 0;
  TF_OpKernelConstruction_GetAttrInt32(construction, "sums_count", &count, status.get());
  if (isThere()) read->sums = count;
  TF_OpKernelConstruction_GetAttrInt32(construction, "added_count", &count, status.get());
  if (isThere()) read->added = count;
  TF_OpKernelConstruction_GetAttrInt32(construction, "added_stride", &count, status.get());
  if (isThere()) read->addedStride = count;
  TF_OpKernelConstruction_GetAttrInt32(construction, "shortcuts", &count, status.get());
  if (isThere()) read->shortcuts = count;
  TF_OpKernelConstruction_GetAttrInt32(construction, "stride", &count, status.get());
  if (isThere()) read->stride = count;
  float number = 0;
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &number, status.get());
  if (isThere()) read->epsilon = number;
  TF_OpKernelConstruction_GetAttrFloat(construction, "momentum", &number, status.get());
  if (isThere()) read->momentum = number;
  return read;
}

inline void removeAttributes(void *attributes) { delete static_cast<Attributes *>(attributes); }

/** False when TensorFlow does not take it. */
template <Compute compute> bool registerOperation(const Operation &operation) {
  const std::unique_ptr<TF_Status, void (*)(TF_Status *)> status(TF_NewStatus(), TF_DeleteStatus);
  TF_OpDefinitionBuilder *definition = TF_NewOpDefinitionBuilder(operation.name);
  for (const char *spec : operation.attributes) TF_OpDefinitionBuilderAddAttr(definition, spec);
  for (const char *spec : operation.inputs) TF_OpDefinitionBuilderAddInput(definition, spec);
  for (const char *spec : operation.outputs) TF_OpDefinitionBuilderAddOutput(definition, spec);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, TF_ShapeInferenceContextSetUnknownShape);
  TF_RegisterOpDefinition(definition, status.get());
  if (TF_GetCode(status.get()) != 0) return false;
  TF_KernelBuilder *kernel = TF_NewKernelBuilder(operation.name, "CPU", readAttributes, runCall<compute>, removeAttributes);
  TF_RegisterKernelBuilder(operation.name, kernel, status.get());
  return TF_GetCode(status.get()) == 0;
}

} // namespace netspace
