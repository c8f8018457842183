#include "agent/tail/known_files.h"

#include <algorithm>
#include <utility>

namespace tailrace {
namespace {

template <typename Map, typename Key>
std::vector<KnownFile*> Unclaimed(const Map& map, const Key& key, SourceId source) {
  std::vector<KnownFile*> found;
  const auto entry = map.find(key);
  if (entry == map.end()) return found;
  for (KnownFile* file : entry->second) {
    if (!file->claimed && file->source == source) found.push_back(file);
  }
  return found;
}

template <typename Map, typename Key>
void Erase(Map& map, const Key& key, KnownFile* file) {
  const auto entry = map.find(key);
  if (entry == map.end()) return;
  auto& files = entry->second;
  files.erase(std::remove(files.begin(), files.end(), file), files.end());
  if (files.empty()) map.erase(entry);
}

}  // namespace

KnownFiles::KnownFiles(std::vector<StoredFile> stored,
                       const std::vector<TailSourceOptions>& sources) {
  others_ = std::move(stored);
  for (size_t i = 0; i < sources.size(); ++i) {
    AddSource(SourceId(static_cast<uint16_t>(i)), sources[i].name);
  }
}

void KnownFiles::AddSource(SourceId source, const std::string& name) {
  const auto its = std::stable_partition(others_.begin(), others_.end(),
                                         [&](const StoredFile& f) { return f.source != name; });
  for (auto file = its; file != others_.end(); ++file) Add(source, std::move(*file));
  others_.erase(its, others_.end());
}

KnownFile* KnownFiles::Add(SourceId source, StoredFile file) {
  files_.push_back({std::move(file), source, false, false});
  KnownFile* added = &files_.back();
  by_inode_[added->stored.identity.inode].push_back(added);
  by_key_[added->stored.key].push_back(added);
  by_lineage_[added->stored.lineage].push_back(added);
  return added;
}

void KnownFiles::Remember(SourceId source, StoredFile file) {
  if (remembered_.size() < kRememberedMax) {
    remembered_.push_back(Add(source, std::move(file)));
    return;
  }
  KnownFile* oldest = remembered_[next_remembered_];
  next_remembered_ = (next_remembered_ + 1) % kRememberedMax;
  Erase(by_inode_, oldest->stored.identity.inode, oldest);
  Erase(by_key_, oldest->stored.key, oldest);
  Erase(by_lineage_, oldest->stored.lineage, oldest);
  *oldest = {std::move(file), source, false, false};
  by_inode_[oldest->stored.identity.inode].push_back(oldest);
  by_key_[oldest->stored.key].push_back(oldest);
  by_lineage_[oldest->stored.lineage].push_back(oldest);
}

std::vector<KnownFile*> KnownFiles::ByInode(SourceId source, const FileIdentity& inode) {
  std::vector<KnownFile*> found = Unclaimed(by_inode_, inode.inode, source);
  const auto other = [&](const KnownFile* file) {
    const FileIdentity& known = file->stored.identity;
    if (known.birth_nanos != inode.birth_nanos) return true;
    return known.device != inode.device && inode.birth_nanos == 0;
  };
  found.erase(std::remove_if(found.begin(), found.end(), other), found.end());
  std::sort(found.begin(), found.end(), [](const KnownFile* a, const KnownFile* b) {
    if (a->stored.identity.generation != b->stored.identity.generation) {
      return a->stored.identity.generation > b->stored.identity.generation;
    }
    return a->stored.frontier_bytes > b->stored.frontier_bytes;
  });
  return found;
}

KnownFile* KnownFiles::ByKey(SourceId source, const FileKey& key) {
  const std::vector<KnownFile*> found = Unclaimed(by_key_, key, source);
  const auto furthest =
      std::max_element(found.begin(), found.end(), [](const KnownFile* a, const KnownFile* b) {
        return a->stored.frontier_bytes < b->stored.frontier_bytes;
      });
  return furthest == found.end() ? nullptr : *furthest;
}

std::vector<KnownFile*> KnownFiles::ByLineage(SourceId source, uint64_t lineage) {
  return Unclaimed(by_lineage_, lineage, source);
}

}  // namespace tailrace
