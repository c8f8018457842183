#include "agent/tail/file_table.h"

#include <algorithm>

#include "agent/base/check.h"

namespace tailrace {

TailedFile* FileTable::Create(StreamInfoPtr stream, const FileIdentity& inode, uint32_t worker,
                              MonotonicTime now) {
  auto file = std::make_unique<TailedFile>();
  TailedFile* created = file.get();
  file->id = next_id_;
  next_id_ = next_id_.next();
  file->worker = worker;
  file->stream = std::move(stream);
  file->inode = inode;
  file->found_at = file->grew_at = file->unread_since = file->due = now;
  by_inode_[inode] = file->id;
  due_.insert({now, file->id});
  files_.emplace(file->id, std::move(file));
  return created;
}

void FileTable::Remove(TailedFile* file) {
  while (!file->paths.empty()) Unbind(file->source(), std::string(*file->paths.back()));
  const auto inode = by_inode_.find(file->inode);
  if (inode != by_inode_.end() && inode->second == file->id) by_inode_.erase(inode);
  const auto key = by_key_.find(file->stream->key);
  if (key != by_key_.end() && key->second == file->id) by_key_.erase(key);
  due_.erase({file->due, file->id});
  files_.erase(file->id);
}

TailedFile* FileTable::Find(FileId id) const {
  const auto found = files_.find(id);
  return found == files_.end() ? nullptr : found->second.get();
}

TailedFile* FileTable::ByPath(SourceId source, std::string_view path) const {
  const auto& paths = paths_[source.value()];
  const auto found = paths.find(path);
  return found == paths.end() ? nullptr : found->second;
}

TailedFile* FileTable::ByInode(const FileIdentity& inode) const {
  const auto found = by_inode_.find(inode);
  return found == by_inode_.end() ? nullptr : Find(found->second);
}

TailedFile* FileTable::ByKey(const FileKey& key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : Find(found->second);
}

void FileTable::Bind(std::string_view path, TailedFile* file) {
  Unbind(file->source(), path);
  const auto [entry, added] = paths_[file->source().value()].try_emplace(std::string(path), file);
  CHECK(added);
  file->paths.push_back(&entry->first);
}

TailedFile* FileTable::Unbind(SourceId source, std::string_view path) {
  auto& paths = paths_[source.value()];
  const auto found = paths.find(path);
  if (found == paths.end()) return nullptr;
  TailedFile* file = found->second;
  const std::string* name = &found->first;
  file->paths.erase(std::remove(file->paths.begin(), file->paths.end(), name), file->paths.end());
  paths.erase(found);
  return file;
}

void FileTable::SetInode(TailedFile* file, const FileIdentity& inode) {
  file->inode = inode;
  by_inode_[inode] = file->id;
}

void FileTable::Schedule(TailedFile* file, MonotonicTime due) {
  due_.erase({file->due, file->id});
  file->due = due;
  due_.insert({due, file->id});
}

std::vector<TailedFile*> FileTable::Due(MonotonicTime now, size_t max) const {
  std::vector<TailedFile*> due;
  for (const auto& [when, id] : due_) {
    if (when > now || due.size() == max) break;
    due.push_back(files_.at(id).get());
  }
  return due;
}

}  // namespace tailrace
