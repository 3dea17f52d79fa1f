#include "engine/input.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <zlib.h>

#include "base/error.h"
#include "base/files.h"

namespace parcours::engine {
namespace {

std::optional<InputFile> recognise(const std::string& path) {
    std::string_view name = path;
    InputFile file;
    file.path = path;
    file.gzip = name.ends_with(".gz");
    if (file.gzip) {
        name.remove_suffix(3);
    }
    file.lines = name.ends_with(".ndjson") || name.ends_with(".jsonl");
    if (!file.lines && !name.ends_with(".json")) {
        return std::nullopt;
    }
    return file;
}

Error oversize(std::uint64_t line, const InputFile& file, std::uint64_t limit) {
    return Error{ErrorCode::Limit,
                 fmt::format("this {} is longer than {} MB, the most that one resource may have",
                             file.lines ? "line" : "document", limit >> 20U),
                 Location{file.path, line, 1}};
}

}  // namespace

Result<std::vector<InputFile>> find_input(const Files& files,
                                          const std::vector<std::string>& paths) {
    std::vector<InputFile> found;
    for (const std::string& path : paths) {
        switch (files.kind(path)) {
            case Files::Kind::Missing:
                return fail(ErrorCode::NotFound,
                            fmt::format("there is no file or folder \"{}\"; check the path", path));
            case Files::Kind::Denied:
                return fail(ErrorCode::ReadOnly,
                            fmt::format("\"{}\" may not be read by this user; ask for the right to "
                                        "read it, or copy it to a place of your own",
                                        path));
            case Files::Kind::Other:
                return fail(ErrorCode::InvalidInput,
                            fmt::format("\"{}\" is a pipe or a device, not a file; write what it "
                                        "gives into a file and import that",
                                        path));
            case Files::Kind::Folder: {
                const auto list = files.list(path);
                if (!list) {
                    return pass_on(list);
                }
                const std::size_t before = found.size();
                for (const std::string& name : *list) {
                    if (auto file = recognise(name)) {
                        found.push_back(std::move(*file));
                    }
                }
                if (found.size() == before) {
                    return fail(
                        ErrorCode::NotFound,
                        fmt::format("the folder \"{}\" {}; a FHIR export has files such as "
                                    "Patient.ndjson, Bundle.json or Patient.ndjson.gz",
                                    path, list->empty() ? "is empty" : "holds no FHIR files"));
                }
                break;
            }
            default: {
                auto file = recognise(path);
                if (!file) {
                    return fail(ErrorCode::InvalidInput,
                                fmt::format("\"{}\" does not end in .ndjson, .json, .ndjson.gz or "
                                            ".json.gz; name a FHIR file or a folder of them",
                                            path));
                }
                found.push_back(std::move(*file));
            }
        }
    }
    return found;
}

/// Reads one file in chunks.
class ChunkReader::Source {
  public:
    explicit Source(const InputFile& file) : file_(file) {}
    virtual ~Source() = default;
    /// Fills `chunk`; false at the end of the file.
    virtual bool next(Chunk& chunk, std::uint64_t limit) = 0;

  protected:
    [[nodiscard]] const InputFile& file() const { return file_; }
    std::uint64_t line_ = 1;

  private:
    const InputFile& file_;
};

/// A mapped file: chunks are views of it.
class ChunkReader::PlainSource final : public Source {
  public:
    PlainSource(const InputFile& file, std::shared_ptr<FileView> view)
        : Source(file), view_(std::move(view)), rest_(view_->bytes()) {}

    bool next(Chunk& chunk, std::uint64_t limit) override {
        if (rest_.empty()) {
            return false;
        }
        chunk.first_line = line_;
        chunk.owner = view_;
        const std::size_t size = file().lines ? take_lines(limit) : rest_.size();
        chunk.input_bytes = size;
        if (size > limit) {
            chunk.error = oversize(line_, file(), limit);
            chunk.whole_file = !file().lines;
            ++line_;
        } else {
            chunk.text = rest_.substr(0, size);
            line_ += static_cast<std::uint64_t>(std::ranges::count(chunk.text, '\n'));
        }
        rest_.remove_prefix(size);
        forget_behind(rest_.data());
        return true;
    }

  private:
    /// The size of as many whole lines as fit a chunk; of one line where that is longer.
    [[nodiscard]] std::size_t take_lines(std::uint64_t limit) const {
        const std::size_t piece = std::min<std::uint64_t>(chunk_bytes, limit);
        if (rest_.size() <= piece) {
            return rest_.size();
        }
        const std::size_t last = rest_.rfind('\n', piece - 1);
        if (last != std::string_view::npos) {
            return last + 1;
        }
        for (std::size_t from = piece; from < rest_.size(); from += window_bytes) {
            const std::size_t end = rest_.substr(from, window_bytes).find('\n');
            if (end != std::string_view::npos) {
                return from + end + 1;
            }
            if (from > limit) {
                forget_behind(rest_.data() + from);
            }
        }
        return rest_.size();
    }

    /// Gives back the memory of what lies well behind, so that it does not grow with the file.
    void forget_behind(const char* at) const {
        const auto done = static_cast<std::size_t>(at - view_->bytes().data());
        if (done > window_bytes) {
            view_->forget(done - window_bytes);
        }
    }

    static constexpr std::size_t window_bytes = 32U << 20U;
    std::shared_ptr<FileView> view_;
    std::string_view rest_;
};

/// A gzip file, inflated a chunk at a time.
class ChunkReader::GzipSource final : public Source {
  public:
    GzipSource(const InputFile& file, std::shared_ptr<FileView> view)
        : Source(file), view_(std::move(view)) {
        const std::string_view bytes = view_->bytes();
        // zlib's interface is older than const and counts in 32 bits: it is fed in pieces.
        rest_ = bytes;
        good_ = inflateInit2(&stream_, 15 + 16) == Z_OK;
    }
    GzipSource(const GzipSource&) = delete;
    GzipSource& operator=(const GzipSource&) = delete;
    ~GzipSource() override { inflateEnd(&stream_); }

    bool next(Chunk& chunk, std::uint64_t limit) override {
        const std::size_t before = rest_.size();
        if (finished_ && carry_.empty()) {
            return report_break(chunk);
        }
        auto text = std::make_shared<std::string>(std::move(carry_));
        carry_.clear();
        const std::size_t want = file().lines ? chunk_bytes : limit + 1;
        bool whole_line = holds_line(*text, 0);
        while (!finished_ && (text->size() < want || !whole_line) && text->size() <= limit) {
            const std::size_t known = text->size();
            inflate_some(*text);
            whole_line = whole_line || holds_line(*text, known);
        }
        chunk.first_line = line_;
        if (text->size() > limit && !whole_line) {
            chunk.error = oversize(line_, file(), limit);
            chunk.whole_file = !file().lines;
            skip_line();
        } else {
            cut(*text);
            chunk.text = *text;
        }
        line_ += static_cast<std::uint64_t>(std::ranges::count(chunk.text, '\n'));
        chunk.owner = text;
        chunk.input_bytes = before - rest_.size();
        return true;
    }

  private:
    [[nodiscard]] bool holds_line(const std::string& text, std::size_t from) const {
        return file().lines && text.find('\n', from) != std::string::npos;
    }

    /// Keeps what follows the last whole line for the next chunk.
    void cut(std::string& text) {
        if (!file().lines || finished_) {
            return;
        }
        const std::size_t last = text.rfind('\n');
        if (last != std::string::npos) {
            carry_ = text.substr(last + 1);
            text.resize(last + 1);
        }
    }

    void inflate_some(std::string& out) {
        std::array<char, 65'536> buffer;  // NOLINT: written by inflate before it is read
        const auto piece = static_cast<uInt>(std::min<std::size_t>(rest_.size(), 1U << 20U));
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest_.data()));
        stream_.avail_in = piece;
        stream_.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream_.avail_out = static_cast<uInt>(buffer.size());
        const int state = good_ ? inflate(&stream_, Z_NO_FLUSH) : Z_DATA_ERROR;
        out.append(buffer.data(), buffer.size() - stream_.avail_out);
        rest_.remove_prefix(piece - stream_.avail_in);
        forget_read();
        if (state == Z_STREAM_END) {
            // Several gzip members may follow each other.
            finished_ = rest_.empty() || inflateReset(&stream_) != Z_OK;
        } else if (state != Z_OK || (rest_.empty() && stream_.avail_out != 0)) {
            finished_ = true;
            broken_ = true;
        }
    }

    void forget_read() {
        const std::size_t done = view_->bytes().size() - rest_.size();
        if (done >= forgotten_ + (8U << 20U)) {
            view_->forget(done);
            forgotten_ = done;
        }
    }

    void skip_line() {
        std::string dropped;
        while (!finished_) {
            dropped.clear();
            inflate_some(dropped);
            const std::size_t end = dropped.find('\n');
            if (end != std::string::npos && file().lines) {
                carry_ = dropped.substr(end + 1);
                ++line_;
                return;
            }
        }
    }

    /// After the last line: says once that the file is cut off or damaged.
    bool report_break(Chunk& chunk) {
        if (!broken_ || reported_) {
            return false;
        }
        reported_ = true;
        chunk.first_line = line_;
        chunk.whole_file = true;
        chunk.error = Error{ErrorCode::InvalidInput,
                            "the gzip data is cut off or damaged here; what stands before it was "
                            "read, fetch the file again for the rest",
                            Location{file().path, line_, 0}};
        return true;
    }

    std::shared_ptr<FileView> view_;
    std::string_view rest_;
    std::string carry_;
    std::size_t forgotten_ = 0;
    z_stream stream_{};
    bool good_ = false;
    bool finished_ = false;
    bool broken_ = false;
    bool reported_ = false;
};

ChunkReader::ChunkReader(const Files& files, const std::vector<InputFile>& input,
                         std::uint64_t document_limit)
    : files_(files), input_(input), document_limit_(document_limit) {}

ChunkReader::~ChunkReader() = default;

Result<> ChunkReader::open_next() {
    const InputFile& file = input_[next_file_++];
    auto view = files_.view(file.path);
    if (!view) {
        return pass_on(view);
    }
    std::shared_ptr<FileView> shared = std::move(*view);
    if (file.gzip) {
        source_ = std::make_unique<GzipSource>(file, std::move(shared));
    } else {
        source_ = std::make_unique<PlainSource>(file, std::move(shared));
    }
    return {};
}

Result<std::optional<Chunk>> ChunkReader::next() {
    for (;;) {
        if (source_ == nullptr) {
            if (next_file_ == input_.size()) {
                return std::nullopt;
            }
            if (const auto opened = open_next(); !opened) {
                Chunk unread;
                unread.number = next_number_++;
                unread.file = &input_[next_file_ - 1];
                unread.error = opened.error();
                unread.whole_file = true;
                return unread;
            }
        }
        Chunk chunk;
        chunk.file = &input_[next_file_ - 1];
        if (source_->next(chunk, document_limit_)) {
            chunk.number = next_number_++;
            return chunk;
        }
        source_.reset();
    }
}

}  // namespace parcours::engine
